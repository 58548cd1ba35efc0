"""The pages of operations and billing, one file for each noun."""

from streams.admin import call, charge, message, rate

__all__ = ["call", "charge", "message", "rate"]
