"""A carrier made of lists: what a session sends, and a queue that plays in virtual time."""

from streams.audio.playout import BYTES_PER_SECOND
from streams.carriers.carrier import MarkReached
from tests.streams.clock import VirtualClock


class WordCodec:
    """Frames that a test can read: ("play", bytes), ("mark", name), ("clear",)."""

    stream_id = "stream-1"

    def play(self, audio: bytes) -> tuple:
        return ("play", audio)

    def mark(self, name: str) -> tuple:
        return ("mark", name)

    def clear(self) -> tuple:
        return ("clear",)

    def send_keys(self, digits: str) -> tuple:
        return ("keys", digits)


class Wire:
    """Plays what it is sent in real (virtual) time and acknowledges checkpoints, as the carrier does.

    `heard` is every byte that reached the caller's ear; `deaf` drops acknowledgements.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock, self.frames = clock, []
        self.deliver = lambda message: None
        self.deaf = False
        self._runs_dry_at = 0.0
        self._marks = []

    def send(self, frame) -> None:
        self.frames.append((self.clock.time(), *frame))
        now = self.clock.time()
        match frame:
            case ("play", audio):
                self._runs_dry_at = max(self._runs_dry_at, now) + len(audio) / BYTES_PER_SECOND
            case ("mark", name):
                wait = max(self._runs_dry_at - now, 0.0)
                self._marks.append(self.clock.call_later(wait, self._reached, name))
            case ("clear",):
                self._runs_dry_at = now
                for mark in self._marks:
                    mark.cancel()

    def _reached(self, name: str) -> None:
        if not self.deaf:
            self.deliver(MarkReached(name=name))

    def lead(self) -> float:
        """Seconds of audio the carrier holds that the caller has not heard."""
        return max(self._runs_dry_at - self.clock.time(), 0.0)

    def kinds(self) -> list[str]:
        return [frame[1] for frame in self.frames]

    def audio(self) -> bytes:
        return b"".join(frame[2] for frame in self.frames if frame[1] == "play")
