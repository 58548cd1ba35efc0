"""What waits to be played to the caller: mu-law audio, and between it the names of checkpoints. Pure."""

from collections import deque

from streams.audio import mulaw

WARN_AT = (0.3, 0.6, 0.9)  # parts of the buffer at which the carrier reports a degraded stream


class PlaybackQueue:
    """First in, first out, consumed in real time by whoever calls `take`."""

    def __init__(self, *, buffer_seconds: float) -> None:
        self.buffer_seconds = buffer_seconds
        self._items: deque[bytes | str] = deque()
        self._bytes = 0

    @property
    def seconds(self) -> float:
        """How much audio waits."""
        return self._bytes / mulaw.RATE

    def put(self, audio: bytes) -> list[int] | None:
        """Queue audio whole. Returns the percentages of the buffer that this passed, or None when it is too full."""
        before, after = self.seconds, self.seconds + mulaw.seconds(audio)
        if after > self.buffer_seconds:
            return None
        if audio:
            self._items.append(audio)
            self._bytes += len(audio)
        return [round(part * 100) for part in WARN_AT if before < part * self.buffer_seconds <= after]

    def mark(self, name: str) -> None:
        """Queue a checkpoint."""
        self._items.append(name)

    def take(self, size: int) -> tuple[bytes, list[str]]:
        """The next `size` bytes, fewer when there are no more, and the checkpoints that they reach."""
        audio, reached = bytearray(), []
        while self._items:
            head = self._items[0]
            if isinstance(head, str):
                reached.append(head)
                self._items.popleft()
                continue
            wanted = size - len(audio)
            if not wanted:
                break
            audio += head[:wanted]
            if head[wanted:]:
                self._items[0] = head[wanted:]
            else:
                self._items.popleft()
        self._bytes -= len(audio)
        return bytes(audio), reached

    def clear(self) -> list[str]:
        """Drop everything. Returns the checkpoints that will now never be reached."""
        dropped = [item for item in self._items if isinstance(item, str)]
        self._items.clear()
        self._bytes = 0
        return dropped
