"""The pages of operations and billing, one file for each noun."""

from streams.admin import call, charge, message, note, rate, text

__all__ = ["call", "charge", "message", "note", "rate", "text"]
