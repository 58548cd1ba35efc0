"""The pages of operations and billing, one file for each noun."""

from streams.admin import call, callback, charge, ledger, message, note, rate, text

__all__ = ["call", "callback", "charge", "ledger", "message", "note", "rate", "text"]
