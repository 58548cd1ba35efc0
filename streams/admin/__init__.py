"""The pages of operations and billing, one file for each noun."""

from streams.admin import (
    call,
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
    "call",
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
