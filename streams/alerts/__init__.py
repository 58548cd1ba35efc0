"""What operations are told of without looking: what is watched, when it is an alert, and how people hear of it."""
