"""Who reads of a call, and the few things that every report of it asks."""

from dataclasses import dataclass
from datetime import datetime

from flows.numbers import masked
from streams.models import Call

HIDDEN = "hidden"  # stands where this reader may not read what was said


@dataclass(frozen=True, slots=True)
class Reader:
    """What the person who reads may see. `digits`: those that were typed or said; `ours`: our own number, whole;
    `carrier`: what the carrier told us, and its name for the call.
    """

    transcript: bool = True
    numbers: bool = True
    money: bool = True
    digits: bool = True
    ours: bool = True
    carrier: bool = True


def zero(call: Call) -> datetime:
    """The moment that the call's log counts from."""
    return call.answered_at or call.began_at


def seconds_of(call: Call) -> float | None:
    """How long the call lasted: as the carrier counts where that is known, else from our own clock."""
    if call.seconds is not None:
        return call.seconds
    return (call.ended_at - zero(call)).total_seconds() if call.ended_at else None


def numbers_of(call: Call, reader: Reader) -> tuple[str, str]:
    """From which number to which, masked as this reader needs it. One of the two is ours."""
    theirs, ours = (call.called, call.caller) if call.direction == "outbound" else (call.caller, call.called)
    theirs = theirs if reader.numbers else masked(theirs)
    ours = ours if reader.ours else masked(ours)
    return (ours, theirs) if call.direction == "outbound" else (theirs, ours)
