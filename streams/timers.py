"""The timers of one session, by name: a name has one at a time. Pure, given a clock."""

from collections.abc import Callable
from typing import Any

from streams.speaker import Clock, Timer


class Timers:
    """What is to be done later, unless it is cancelled before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._set: dict[str, Timer] = {}

    def start(self, name: str, seconds: float, then: Callable[..., None], *args: Any) -> None:
        """Call `then` in so many seconds; a timer of this name that was set before is cancelled."""
        self.cancel(name)
        self._set[name] = self._clock.call_later(max(seconds, 0.0), then, *args)

    def cancel(self, name: str) -> None:
        """No more of this timer."""
        timer = self._set.pop(name, None)
        if timer:
            timer.cancel()

    def cancel_all(self, *, but: str = "") -> None:
        """No more of any timer, but perhaps one."""
        for name in [name for name in self._set if name != but]:
            self.cancel(name)
