"""The longest silence in which the caller waited for the line, over the whole call. Pure.

Silence is what a caller would call so: 20 ms in which neither side can be heard, whatever bytes were sent. It is the
line's while the caller waits for something; not while they think (`waits` in a script), talk with the person they
were put through to, hear it ring, or leave a message.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streams.audio import mulaw
from streams.audio.speech_detector import AUDIBLE
from streams.phone.clock import FRAME_SECONDS
from streams.phone.line import Tick
from streams.phone.record import Timings


def sounds(audio: bytes) -> bool:
    """Whether somebody would hear this; a quiet room and comfort noise are not heard."""
    return mulaw.loudness(audio) > AUDIBLE


class Silence:
    """Listens to every frame of one call and keeps the longest in `timings`."""

    def __init__(self, timings: Timings, is_thinking: Callable[[], bool]) -> None:
        self._timings, self._is_thinking = timings, is_thinking
        self._lasted, self._excused = 0.0, False

    def tick(self, tick: Tick) -> None:
        """One frame."""
        if self._excused or tick.key or sounds(tick.line) or sounds(tick.caller) or self._is_thinking():
            self._lasted = 0.0
            return
        self._lasted += FRAME_SECONDS
        if self._lasted > self._timings.longest_silence:
            self._timings.longest_silence, self._timings.silence_ended_at = self._lasted, tick.at

    @contextmanager
    def excused(self) -> Iterator[None]:
        """What happens meanwhile is between the caller and the network, or somebody else."""
        self._excused = True
        try:
            yield
        finally:
            self._excused = False
