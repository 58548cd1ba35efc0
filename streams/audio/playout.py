"""When outgoing audio is due, and how much of it the caller has heard. Pure, given the time.

The carrier plays what it is sent in real time and queues the rest, so audio is sent a little ahead: enough that a late
timer is not heard as a gap, little enough that `clear` is felt at once. Audio is mu-law at 8 kHz, 8 bytes a
millisecond; times are seconds of any monotonic clock.
"""

from collections import deque

BYTES_PER_SECOND = 8000
LEAD_SECONDS = 0.6  # how far ahead of the caller's ear audio is sent; survives a stall of half a second
CHUNK_BYTES = 1600  # 200 ms a message: a fifth of the messages that 20 ms frames would need per tenth of delay


class Playout:
    """The queue of one stream: audio and, between it, the names of checkpoints."""

    def __init__(self) -> None:
        self._queue: deque[bytes | str] = deque()
        self._queued_bytes = 0
        self._runs_dry_at = 0.0  # when the carrier will have played all that it was sent

    @property
    def runs_dry_at(self) -> float:
        """When the carrier will have played all that it was sent."""
        return self._runs_dry_at

    def push(self, audio: bytes) -> None:
        """Queue audio behind everything else."""
        if audio:
            self._queue.append(audio)
            self._queued_bytes += len(audio)

    def push_mark(self, name: str) -> None:
        """Queue a checkpoint: it is reached when the audio before it was played."""
        self._queue.append(name)

    def ends_at(self, now: float) -> float:
        """When everything pushed so far will have been heard."""
        return max(self._runs_dry_at, now) + self._queued_bytes / BYTES_PER_SECOND

    def take(self, now: float) -> list[bytes | str]:
        """What must be sent now, in order: chunks of audio, and names of checkpoints."""
        due: list[bytes | str] = []
        while self._queue:
            head = self._queue[0]
            if isinstance(head, str):
                due.append(head)
                self._queue.popleft()
                continue
            start = max(self._runs_dry_at, now)
            if start - now >= LEAD_SECONDS:
                break
            chunk, rest = head[:CHUNK_BYTES], head[CHUNK_BYTES:]
            if rest:
                self._queue[0] = rest
            else:
                self._queue.popleft()
            self._queued_bytes -= len(chunk)
            self._runs_dry_at = start + len(chunk) / BYTES_PER_SECOND
            due.append(chunk)
        return due

    def next_in(self, now: float) -> float | None:
        """Seconds until `take` has more to give; None when nothing is queued."""
        if not self._queue:
            return None
        return max(self._runs_dry_at - now - LEAD_SECONDS, 0.0) + 0.01

    def clear(self) -> None:
        """Forget all that was queued; the carrier was told to do the same."""
        self._queue.clear()
        self._queued_bytes = 0
        self._runs_dry_at = 0.0
