"""What every line can say, whatever its flow: rendered with each version, so that bad news needs no engine."""

SORRY = "I am sorry, something went wrong on our side. Please call again in a moment. Goodbye."
TIME_IS_UP = "I am sorry, this call has reached its time limit. Goodbye."
HOLD_ON = "One moment, please."
CANNOT_SPEAK = "I am sorry, I cannot say this part right now."
HOUSE_TEXTS = (SORRY, TIME_IS_UP, HOLD_ON, CANNOT_SPEAK)
