"""What was not understood yet, for ears that take over from others. Pure."""

from streams.ai.provider import HeardGap
from streams.audio.mulaw import BYTES_A_MS, SILENCE


class Untold:
    """The latest audio that was not understood for good. Places are milliseconds since the first."""

    def __init__(self, limit_ms: int) -> None:
        self._limit = limit_ms * BYTES_A_MS
        self._audio = bytearray()
        self._start = 0  # bytes before it
        self._lost_from_ms: int | None = None

    @property
    def audio(self) -> bytes:
        """All of it."""
        return bytes(self._audio)

    @property
    def began_ms(self) -> int:
        return self._start // BYTES_A_MS

    @property
    def ended_ms(self) -> int:
        return (self._start + len(self._audio)) // BYTES_A_MS

    def push(self, audio: bytes, *, is_heard: bool) -> None:
        """Put audio at the end; the oldest gives way. `is_heard`: an engine had it, and may understand it yet."""
        self._audio += audio
        surplus = len(self._audio) - self._limit
        if surplus > 0 and not is_heard and self._lost_from_ms is None:
            self._lost_from_ms = self.began_ms
        self._forget(surplus)

    def understood(self, until_ms: int) -> None:
        """Everything up to here."""
        self._forget(until_ms * BYTES_A_MS - self._start)

    def silence(self, began_ms: int, ended_ms: int) -> None:
        """This was understood, though not all before it: it is not to be heard once more."""
        first, last = (max(0, ms * BYTES_A_MS - self._start) for ms in (began_ms, ended_ms))
        last = min(last, len(self._audio))
        self._audio[first:last] = SILENCE * (last - first)

    def lost(self, speech_from_ms: int | None) -> HeardGap | None:
        """What gave way before anybody could understand it, told once. `speech_from_ms` is where somebody began to
        speak whom the last engine did not understand."""
        begins = [ms for ms in (self._lost_from_ms, speech_from_ms) if ms is not None and ms < self.began_ms]
        self._lost_from_ms = None
        return HeardGap(began_ms=min(begins), ended_ms=self.began_ms) if begins else None

    def _forget(self, count: int) -> None:
        if count > 0:
            count = min(count, len(self._audio))
            del self._audio[:count]
            self._start += count
