"""What every line can say, whatever its flow: rendered with each version, so that bad news needs no engine."""

from flows.engine.disclosing import DISCLOSURE

SORRY = "I am sorry, something went wrong on our side. Please call again in a moment. Goodbye."
TIME_IS_UP = "I am sorry, this call has reached its time limit. Goodbye."
HOLD_ON = "One moment, please."
STILL_THERE = "Are you still there?"
ONCE_MORE = "Sorry, let me start again."
SAY_AGAIN = "Sorry, could you say that again?"
CANNOT_SPEAK = "I am sorry, I cannot say this part right now."
WE_END = "We have to end this call now. Thank you for calling. Goodbye."
THANKS = "Thank you for calling. Goodbye."  # the carrier's own voice says it, after a conversation
HOUSE_TEXTS = (SORRY, TIME_IS_UP, HOLD_ON, STILL_THERE, ONCE_MORE, SAY_AGAIN, DISCLOSURE, CANNOT_SPEAK, WE_END)
