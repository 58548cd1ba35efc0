"""How much one socket may send: frames before it is closed, keys before they are passed over. Pure, given the time.

A caller's stream is 50 frames of about 400 bytes a second. The limits leave room for bursts after a network stall and
for other codecs, and none for a flood.
"""

MAX_MESSAGE_BYTES = 64 * 1024  # the carrier's own limit for one message
MAX_FRAMES_PER_SECOND = 120
MAX_BYTES_PER_SECOND = 128 * 1024
WINDOW_SECONDS = 2.0
BURST_SECONDS = 5.0  # a stall of this long may arrive all at once
MAX_UNUSABLE = 20
KEYS_PER_SECOND = 10  # nobody types faster


class Close:
    """Close codes of the stream's socket; 4000 to 4999 are for applications (RFC 6455 section 7.4.2)."""

    DONE = 1000
    UNKNOWN_FORMAT = 4003
    WRONG_CALL = 4403
    NO_SUCH_LINE = 4404
    NO_START = 4408
    ALREADY_LIVE = 4409
    TOO_LARGE = 4413
    TOO_MANY_UNUSABLE = 4422
    TOO_FAST = 4429
    OUR_MISTAKE = 4500
    DRAINING = 4012


class FrameLimits:
    """Counts what one socket sends."""

    def __init__(self) -> None:
        self.unusable = 0
        self._frames = self._bytes = 0.0
        self._seen_at: float | None = None

    def admit(self, size: int, now: float) -> int | None:
        """A message of `size` bytes at `now`, in seconds: None when it is welcome, else the code to close with."""
        if size > MAX_MESSAGE_BYTES:
            return Close.TOO_LARGE
        elapsed = 0.0 if self._seen_at is None else max(now - self._seen_at, 0.0)
        self._seen_at = now
        self._frames = max(self._frames - elapsed * MAX_FRAMES_PER_SECOND, 0.0) + 1
        self._bytes = max(self._bytes - elapsed * MAX_BYTES_PER_SECOND, 0.0) + size
        window = WINDOW_SECONDS + BURST_SECONDS
        if self._frames > MAX_FRAMES_PER_SECOND * window or self._bytes > MAX_BYTES_PER_SECOND * window:
            return Close.TOO_FAST
        return None

    def refuse(self) -> int | None:
        """One more frame that could not be used: the code to close with when there were too many."""
        self.unusable += 1
        return Close.TOO_MANY_UNUSABLE if self.unusable >= MAX_UNUSABLE else None


class KeyLimit:
    """Passes over the keys of a flood."""

    def __init__(self) -> None:
        self._pressed: list[float] = []

    def admit(self, now: float) -> bool:
        """True for a key that a finger may have pressed."""
        self._pressed = [at for at in self._pressed if now - at < 1.0]
        if len(self._pressed) >= KEYS_PER_SECOND:
            return False
        self._pressed.append(now)
        return True
