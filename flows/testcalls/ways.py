"""What a caller, or the rest of the world, could do at a point of a call, to come out by one exit or another. Pure.

Nothing here needs to be right: what is proposed is tried on the engine, and only what works is kept. So a new kind of
step is searched by keys, words and silence without a line here; hints make the search short.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from flows.engine.commands import RecordMessage, Transfer
from flows.engine.digits import passes_luhn
from flows.engine.step import Step
from flows.testcalls import acts as a
from flows.testcalls.acts import Act
from flows.testcalls.virtual import VirtualCall

Way = tuple[Act, ...]

ALL_KEYS = "1234567890*#"
MOST_FAILURES = 5  # attempts that a step can be told to make
MADE_UP = "1234567890"
NOT_SENSIBLE = "what a lovely morning"


def ways(call: VirtualCall) -> Iterator[Way]:
    """Everything worth trying where this call stands, the plainest first."""
    if isinstance(call.away, Transfer):
        yield from _transfers(call, call.away.destination)
    elif isinstance(call.away, RecordMessage):
        yield from ((a.Leaves(12),), (a.SaysNothing(),))
    elif call.agent is not None:
        yield from _conversations(call)
    elif call.step is not None:
        yield from _answers(call.step)


def failures(step: Step) -> Iterator[Way]:
    """Silences and misfits, in every order that the step's attempts allow; the shortest first."""
    most = min(getattr(step, "attempts", 3), MOST_FAILURES)
    for misfit in misfits(step):
        for times in range(1, most + 1):
            yield from product((a.SaysNothing(), misfit), repeat=times)


def misfits(step: Step) -> Iterator[Act]:
    """What fits nothing at this step: a key that nobody offers, or words, or a number that is none."""
    used = "".join(option.outcome[:1] for option in step.options) + "0"
    free = [key for key in "9876543" if key not in used]
    wants = getattr(step, "wants", "")
    if hasattr(step, "fewest") or wants == "date":
        yield from (a.Presses("9"), a.Presses("9" * 8))
    elif free and wants != "number":
        yield a.Presses(free[0])
        return
    yield a.Says(NOT_SENSIBLE)


def digits_for(step: Step, count: int = 0) -> str:
    """Made-up keys that this step would take for a number, `count` of them where that is known."""
    fewest, most = int(getattr(step, "fewest", 1) or 1), int(getattr(step, "most", 10) or 10)
    length = count or min(max(fewest, 4), most)
    mask = [place for place in str(getattr(step, "mask", "") or "") if place in "0123456789#"]
    plain = [MADE_UP[place % 10] for place in range(max(length, len(mask)))]
    entry = "".join(mask[i] if i < len(mask) and mask[i] != "#" else digit for i, digit in enumerate(plain))
    lowest, highest = getattr(step, "lowest", None), getattr(step, "highest", None)
    if not count and (lowest is not None or highest is not None):
        entry = str(lowest if lowest is not None else highest).zfill(fewest)
    if getattr(step, "check", "") == "luhn":
        entry = next((entry[:-1] + digit for digit in MADE_UP if passes_luhn(entry[:-1] + digit)), entry)
    return entry


def _transfers(call: VirtualCall, destination: str) -> Iterator[Way]:
    name = str(call.flow.resources.get("destination", {}).get(destination, destination))
    for result in (a.ANSWERS, a.BUSY, a.NO_ANSWER, a.UNREACHABLE):
        yield (a.Desk(name, result),)


def _conversations(call: VirtualCall) -> Iterator[Way]:
    agent = call.agent
    assert agent is not None
    yield from ((a.AIEnds(end.label or end.name),) for end in agent.outcomes)
    yield (a.Presses("0"),)
    yield (a.AIFails(),)
    for tool in agent.tools:
        if tool.name == "put_through":
            yield from ((a.AIPutsThrough(name),) for _, name in tool.slots[0].choices[:1])
    if call.timers:
        left = max(timer.due for timer in call.timers.values()) - call.at
        yield (a.Waits(int(left // 10 + 2) * 10),)


def _answers(step: Step) -> Iterator[Way]:
    if step.kind == "consent":
        yield from ((a.SaysNothing(),), (a.Presses("1"),), (a.Presses("9"),))
    options = [option.outcome for option in step.options]
    keyed = [key for key in options if key and not key.strip("0123456789*#")]
    yield from ((a.Presses(key),) for key in keyed)
    for entry in _entries(step):
        yield (entry,)
        yield (entry, a.Presses("1"))  # it may be read back
    yield (a.Presses("0"),)
    yield (a.Says("agent"),)
    yield from failures(step)
    if not keyed and not hasattr(step, "fewest") and not hasattr(step, "wants"):
        yield from ((a.Presses(key),) for key in ALL_KEYS)
    yield from ((a.Says(option.label),) for option in step.options if option.label)


def _entries(step: Any) -> Iterator[Act]:
    """Whole answers to a question."""
    if hasattr(step, "fewest"):
        entry = digits_for(step)
        yield a.Presses(entry)
        yield a.Presses(entry + (getattr(step, "terminator", "#") or ""))
    match getattr(step, "wants", ""):
        case "yes-no":
            yield from (a.Presses("1"), a.Presses("2"))
        case "number":
            yield a.Presses("42" + getattr(step, "terminator", "#"))
        case "date":
            yield a.Presses("0505")
        case "text":
            yield a.Says("it is about my order")
