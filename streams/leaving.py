"""What the carrier is to do once a stream is left: kept with the call, and read when the carrier asks. Pure."""

from typing import Any

from flows.engine.commands import Command, Hangup, RecordMessage, Transfer
from flows.engine.machine import Flow

DESK_RINGS_SECONDS = 30


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


def sent_on(flow: Flow | None, destination: str, *, by: str) -> dict[str, Any]:
    """The same of a caller whom `by` sends on, not a step: their talk is written down where the flow has that done to
    those whom it puts through itself, and where this caller lets it be, as with any other."""
    listening = {"listens": True} if flow is not None and writes_talks_down(flow) else {}
    return {"do": "transfer", "destination": destination, "ring_seconds": DESK_RINGS_SECONDS, "by": by, **listening}


def writes_talks_down(flow: Flow) -> bool:
    """Whether some transfer of this flow, or of one inside it, has the talk written down."""
    return any(
        getattr(step, "listens", False) is True or (step.inside is not None and writes_talks_down(step.inside))
        for step in flow.steps.values()
    )
