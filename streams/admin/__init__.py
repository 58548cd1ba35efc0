"""The pages of operations and billing, one file for each noun."""

from streams.admin import call, call_seen, callback, charge, message, note, rate, recording, text

__all__ = ["call", "call_seen", "callback", "charge", "message", "note", "rate", "recording", "text"]
