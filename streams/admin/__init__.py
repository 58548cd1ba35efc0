"""The pages of operations and billing, one file for each noun."""

from streams.admin import call, callback, charge, message, note, rate, recording, text

__all__ = ["call", "callback", "charge", "message", "note", "rate", "recording", "text"]
