"""The input buffer, and the turns in it. Pure.

All audio here is mu-law at 8 kHz, whatever the session's format. Positions count from the first audio of the session.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.audio import mulaw
from tests.standins.listening import Listening

LOUD = 800  # mean magnitude at threshold 1.0
STARTS_AFTER_MS = 60  # of loud audio in a row
SEMANTIC_SILENCE_MS = 500  # the real one judges the words; this stand-in does not
LONGEST_MS = 60_000  # silence before speech that is kept


@dataclass(frozen=True)
class Started:
    """Somebody began to speak; from `at_ms` on it belongs to the turn."""

    at_ms: int


@dataclass(frozen=True)
class Stopped:
    """The turn is over."""

    at_ms: int


class Ear:
    """The audio that is not committed yet."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.begins_ms = 0  # where the buffer begins
        self.speaking = False
        self._listening = Listening()

    @property
    def now_ms(self) -> int:
        """How much audio came."""
        return self.begins_ms + len(self.buffer) // mulaw.BYTES_A_MS

    def push(self, audio: bytes, vad: dict[str, Any] | None) -> Iterator[Started | Stopped]:
        """Take audio; what begins and ends in it, when `vad` is set. A turn is to be taken as soon as it is told."""
        for frame in self._listening.frames(audio, LOUD * (vad or {}).get("threshold", 0.5)):
            self.buffer += frame
            event = self._judge(vad) if vad else None
            if event:
                yield event

    def take(self, until_ms: int | None = None) -> bytes:
        """Commit: what is in the buffer up to there, which is no longer in it."""
        size = len(self.buffer) if until_ms is None else (until_ms - self.begins_ms) * mulaw.BYTES_A_MS
        audio = bytes(self.buffer[:size])
        del self.buffer[:size]
        self.begins_ms += size // mulaw.BYTES_A_MS
        self.speaking = False
        self._listening.begin_again()
        return audio

    def _judge(self, vad: dict[str, Any]) -> Started | Stopped | None:
        if not self.speaking and self._listening.loud_ms >= STARTS_AFTER_MS:
            return self._start(vad.get("prefix_padding_ms", 300))
        if self.speaking and self._listening.quiet_ms >= vad.get("silence_duration_ms", SEMANTIC_SILENCE_MS):
            self.speaking = False
            return Stopped(self.now_ms)
        if not self.speaking and len(self.buffer) > LONGEST_MS * mulaw.BYTES_A_MS:
            self._forget(self.now_ms - LONGEST_MS // 2)
        return None

    def _start(self, padding_ms: int) -> Started:
        self.speaking = True
        began = self.now_ms - self._listening.loud_ms
        self._forget(max(self.begins_ms, began - padding_ms))
        return Started(self.begins_ms)

    def _forget(self, before_ms: int) -> None:
        del self.buffer[: (before_ms - self.begins_ms) * mulaw.BYTES_A_MS]
        self.begins_ms = before_ms
