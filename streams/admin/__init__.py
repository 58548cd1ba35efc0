"""The pages of operations and billing, one file for each noun."""

from streams.admin import (
    call,
    call_seen,
    callback,
    charge,
    erasure,
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
    "message",
    "note",
    "rate",
    "recording",
    "retention",
    "text",
]
