"""A clock whose time passes only when a test says so: half a minute of call takes no time."""

import heapq
import itertools
from collections.abc import Callable
from typing import Any


class Handle:
    def __init__(self, then: Callable[[], None]) -> None:
        self.then: Callable[[], None] | None = then

    def cancel(self) -> None:
        self.then = None


class VirtualClock:
    """Fulfils `streams.speaker.Clock`."""

    def __init__(self) -> None:
        self._now = 100.0
        self._order = itertools.count()
        self._due: list[tuple[float, int, Handle]] = []

    def time(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any) -> Handle:
        handle = Handle(lambda: callback(*args))
        heapq.heappush(self._due, (self._now + delay, next(self._order), handle))
        return handle

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass, firing timers in their order."""
        until = self._now + seconds
        while self._due and self._due[0][0] <= until:
            self._now, _, handle = heapq.heappop(self._due)
            if handle.then:
                then, handle.then = handle.then, None
                then()
        self._now = until

    @property
    def waiting(self) -> int:
        """How many timers are still set."""
        return sum(handle.then is not None for _, _, handle in self._due)
