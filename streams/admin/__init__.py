"""The pages of operations and billing, one file for each noun."""

from streams.admin import (
    alert,
    alert_endpoint,
    alert_rule,
    budget,
    call,
    call_seen,
    callback,
    charge,
    erasure,
    ledger,
    message,
    note,
    rate,
    recording,
    retention,
    text,
)

__all__ = [
    "alert",
    "alert_endpoint",
    "alert_rule",
    "budget",
    "call",
    "call_seen",
    "callback",
    "charge",
    "erasure",
    "ledger",
    "message",
    "note",
    "rate",
    "recording",
    "retention",
    "text",
]
