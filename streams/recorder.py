"""Both sides of one stream on one clock, in memory, until they are handed over in pieces. No Django, no channels.

`caller` runs for every frame of audio and `line` for every chunk that is sent: they append to a buffer and no more.
Audio is mu-law at 8 kHz; a place in a track is the number of samples since the answer, so what two streams of a call
recorded fits together, with silence where there was no stream.

Frames of a caller come late in bunches. A short delay is made up by those that follow, so a gap is filled with silence
only when it is longer than jitter, and taken out again when the late frames come after all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from streams.audio import mulaw

JITTER = mulaw.RATE * 60 // 1000  # samples that frames may be early or late before it counts as a gap
EARLY = mulaw.RATE // 1000  # samples that a frame comes before its time once those before it were late
HELD = mulaw.RATE  # the newest second stays here: it may still be cut or hushed
PIECE = 4 * mulaw.RATE  # what is handed over at once; a process that is killed loses this much and `HELD`
LONGEST_AHEAD = 2 * mulaw.RATE  # of frames that come faster than time passes; what is beyond it is dropped


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of both sides, equally long. `place` is its first sample, counted from the answer of the call."""

    place: int
    caller: bytes
    line: bytes


class _Track:
    """One side: what was heard from `place` on and is not handed over yet."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.audio = bytearray()

    @property
    def end(self) -> int:
        return self.place + len(self.audio)

    def pad(self, until: int) -> None:
        self.audio += mulaw.SILENCE * (until - self.end)

    def hush(self, start: int, end: int) -> None:
        """Silence in place of what was heard between these samples."""
        first, last = max(start - self.place, 0), min(end, self.end) - self.place
        if first < last:
            self.audio[first:last] = mulaw.SILENCE * (last - first)

    def take(self, until: int) -> bytes:
        self.pad(until)
        count = until - self.place
        taken = bytes(self.audio[:count])
        del self.audio[:count]
        self.place = until
        return taken


class Recorder:
    """Records from `now` on, on a clock that showed `began` when the call was answered; pieces go to `keep`."""

    def __init__(self, *, began: float, now: float, keep: Callable[[Piece], None]) -> None:
        self._began, self._keep = began, keep
        start = self._place(now)
        self._caller, self._line = _Track(start), _Track(start)
        self._filled = (0, 0)  # where silence stands for frames that may only be late, and how much
        self._is_hushed = False
        self._hushed_until = 0  # samples of the line that belong to what must not be kept
        self._caller_hushed_until = 0

    def caller(self, audio: bytes, now: float) -> None:
        """A frame of the caller that came now. Plain and quick: it runs for every frame."""
        track, size = self._caller, len(audio)
        late = round((now - self._began) * mulaw.RATE) - size - track.end
        if late > JITTER:
            self._filled = (track.end, late)
            track.pad(track.end + late)
        elif late < -EARLY and not self._catch_up(-late):
            return
        if self._is_hushed or track.end < self._caller_hushed_until:
            audio = mulaw.SILENCE * size
        track.audio += audio
        if track.end - track.place > PIECE + HELD:
            self._hand_over(now)

    def line(self, audio: bytes, begins_at: float, now: float) -> None:
        """Audio that was sent and will be heard from `begins_at` on."""
        track = self._line
        track.pad(self._place(begins_at))
        start = track.end
        track.audio += audio
        if self._is_hushed or start < self._hushed_until:
            track.hush(start, track.end if self._is_hushed else self._hushed_until)
        if track.end - track.place > 2 * PIECE:
            self._hand_over(now)

    def cut(self, now: float) -> None:
        """What was sent and not heard by now never will be."""
        place = max(self._place(now) - self._line.place, 0)
        del self._line.audio[place:]

    def hush(self, now: float, *, back: float = 0.0) -> None:
        """From here, and `back` seconds before, both sides are silent: something is said that must not be kept."""
        self._is_hushed = True
        self._caller.hush(self._place(now - back), self._caller.end)

    def unhush(self, now: float, *, line_until: float, caller_until: float) -> None:
        """Record again: the line once what was queued is over, the caller once the last key has ceased to sound."""
        self._is_hushed = False
        self._hushed_until = self._place(max(now, line_until))
        self._caller_hushed_until = self._place(max(now, caller_until))

    def hush_key(self, now: float, *, seconds: float) -> None:
        """Silence around a key that must not be kept, so that its tone cannot be read."""
        self._caller.hush(self._place(now - seconds), self._caller.end)
        self._caller_hushed_until = max(self._caller_hushed_until, self._place(now + seconds))

    def close(self, now: float) -> None:
        """The stream is over: hand over what is left."""
        self.cut(now)
        self._give(max(self._place(now), self._caller.end))

    def _catch_up(self, ahead: int) -> bool:
        """Frames that were late have come: take out the silence that stood for them. False where they are too many."""
        place, size = self._filled
        back = min(size, ahead)
        first = place - self._caller.place
        if back and first >= 0:
            del self._caller.audio[first : first + back]
            self._filled = (place, size - back)
        return ahead - back < LONGEST_AHEAD

    def _hand_over(self, now: float) -> None:
        until = self._place(now) - HELD
        if until > self._caller.place:
            self._give(until)

    def _give(self, until: int) -> None:
        while (place := self._caller.place) < until:
            end = min(until, place + PIECE)
            self._keep(Piece(place, self._caller.take(end), self._line.take(end)))

    def _place(self, at: float) -> int:
        return max(round((at - self._began) * mulaw.RATE), 0)
