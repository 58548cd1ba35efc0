"""When was what a track carries said? From the places of its audio to seconds of the call. Pure.

Frames come late, never early: by jitter, or after a stall all at once. Audio that never comes shows in the same way at
first, but nothing makes up for it. So the least lateness counts, and only one that lasts for a second is a gap.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

JITTER = 0.03  # seconds later than the earliest frames that are no sign of a gap
LASTS = 1.0  # seconds after which what was late is a gap: by then a stall has made up for itself
MOST_STRETCHES = 1000  # that are remembered; the oldest are asked for no more


@dataclass
class Stretch:
    """Audio without a gap: from `place` on, in seconds of audio, it was spoken `begins` seconds after its place."""

    place: float
    begins: float


class TrackClock:
    """One track. Times are seconds of any clock; places are seconds of audio since the first frame."""

    def __init__(self) -> None:
        self._place = 0.0
        self._stretches: list[Stretch] = []
        self._late: Stretch | None = None  # perhaps the next one
        self._late_since = 0.0

    def came(self, now: float, seconds: float) -> None:
        """A frame of this length came now."""
        place, self._place = self._place, self._place + seconds
        begins = now - self._place
        if not self._stretches:
            self._stretches.append(Stretch(place, begins))
        last = self._stretches[-1]
        if begins <= last.begins + JITTER:
            last.begins = min(last.begins, begins)
            self._late = None
        elif self._late is None or begins - last.begins > 2 * (self._late.begins - last.begins):
            self._late, self._late_since = Stretch(place, begins), now  # what was late before it was jitter
        else:
            self._late.begins = min(self._late.begins, begins)
            if now - self._late_since >= LASTS:
                self._stretches = [*self._stretches[-MOST_STRETCHES:], self._late]
                self._late = None

    def at(self, place: float) -> float:
        """When this place of the audio was spoken."""
        known = list(self._known())
        found = bisect_right([stretch.place for stretch in known], place + 1e-6)
        return place + known[max(0, found - 1)].begins if known else place

    def _known(self) -> Iterator[Stretch]:
        yield from self._stretches
        if self._late is not None:
            yield self._late
