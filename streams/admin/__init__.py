"""The pages of operations and billing, one file for each noun."""

from streams.admin import (
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
