"""What may be spent, what is spent so far, and when it will be used up."""
