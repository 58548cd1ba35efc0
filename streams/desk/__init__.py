"""The operations desk: the calls that are on the line now, what is said on them, and what a supervisor may do."""
