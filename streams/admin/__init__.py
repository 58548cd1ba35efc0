"""The pages of operations and billing, one file for each noun."""

from streams.admin import alert, alert_endpoint, alert_rule, budget, call, callback, charge, message, note, rate, text

__all__ = [
    "alert",
    "alert_endpoint",
    "alert_rule",
    "budget",
    "call",
    "callback",
    "charge",
    "message",
    "note",
    "rate",
    "text",
]
