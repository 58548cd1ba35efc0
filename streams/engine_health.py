"""How the engines do in this process: who is let rest after failing again and again, and when trouble is over."""

import time
from functools import partial

from streams import troubles
from streams.ai.breaker import Breaker
from streams.ai.provider import Fault
from streams.event_log import writer

_breaker = Breaker()
_failing: set[tuple[str, str]] = set()


def may_use(ability: str, engine: str) -> bool:
    """False while this engine rests; after its rest the first who asks tries it."""
    return _breaker.may_use(f"{ability}:{engine}", time.monotonic())


def note(ability: str, engine: str, fault: Fault | None) -> None:
    """A use went so; None is well. Never blocks."""
    _breaker.note(f"{ability}:{engine}", fault, time.monotonic())
    if fault is not None:
        _failing.add((ability, engine))
    elif (ability, engine) in _failing:
        _failing.discard((ability, engine))
        writer.then(partial(troubles.over, ability, engine))
