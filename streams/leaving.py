"""What the carrier is to do once a stream is left: kept with the call, and read when the carrier asks. Pure."""

from typing import Any

from flows.engine.commands import Command, Hangup, RecordMessage, Transfer


def pending_of(command: Command) -> dict[str, Any]:
    """What is kept as `Call.pending` of a command that leaves the stream."""
    match command:
        case Transfer(destination=key, ring_seconds=seconds, listens=listens):
            listening = {"listens": True} if listens else {}
            return {"do": "transfer", "destination": key, "ring_seconds": seconds, **listening}
        case RecordMessage(max_seconds=seconds, finish_key=key):
            return {"do": "record", "max_seconds": seconds, "finish_key": key}
        case Hangup(reason=reason):
            return {"do": "hangup", "reason": reason}
    return {}
