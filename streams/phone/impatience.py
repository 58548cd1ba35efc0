"""How the line feels to the caller: silence while it was the line's turn, and gaps in what was being said. Pure."""

from streams.phone.clock import FRAME_SECONDS
from streams.phone.line import Tick
from streams.phone.record import Timings
from streams.phone.silence import sounds


class Impatience:
    """Watches every frame of one stream and keeps the worst in `timings`."""

    def __init__(self, timings: Timings, *, began: float, answered_at: float) -> None:
        self._timings, self._answered_at = timings, answered_at
        self._waiting_since: float | None = began
        self._was_speaking = False
        self._saying, self._gap = False, 0.0

    def tick(self, tick: Tick, *, speaking: bool) -> None:
        """One frame; `speaking` says whether the caller is."""
        if tick.key or (self._was_speaking and not speaking):
            self._waiting_since = tick.at
        self._was_speaking = speaking
        if sounds(tick.line):
            self._sounds(tick.at)
        elif self._saying and not tick.line:
            self._gap += FRAME_SECONDS
        if tick.reached:
            self.said()

    def said(self) -> None:
        """What was being said is over: at a checkpoint, or cleared."""
        self._saying, self._gap = False, 0.0

    def _sounds(self, at: float) -> None:
        timings = self._timings
        if timings.first_sound is None:
            timings.first_sound = at - self._answered_at
        if self._waiting_since is not None:
            timings.longest_wait = max(timings.longest_wait, at - self._waiting_since)
            self._waiting_since = None
        timings.longest_gap = max(timings.longest_gap, self._gap)
        self._saying, self._gap = True, 0.0
