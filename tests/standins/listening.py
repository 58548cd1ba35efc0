"""Is somebody speaking? Told by loudness, in the audio's own time, so that tests can be exact. Pure."""

from collections.abc import Iterator

from streams.audio import mulaw

FRAME_MS = 20


class Listening:
    """Mu-law in pieces of any size, taken frame by frame: what is found does not depend on how the audio is cut."""

    def __init__(self) -> None:
        self.loud_ms = self.quiet_ms = 0  # in a row, up to the latest frame; one of them is 0
        self._rest = b""

    def frames(self, audio: bytes, loud_above: float) -> Iterator[bytes]:
        """Its whole frames, each counted when it is given; `loud_above` is a mean magnitude of 16-bit audio."""
        audio = self._rest + audio
        whole = len(audio) - len(audio) % mulaw.FRAME
        self._rest = audio[whole:]
        for start in range(0, whole, mulaw.FRAME):
            frame = audio[start : start + mulaw.FRAME]
            is_loud = mulaw.loudness(frame) > loud_above
            self.loud_ms = self.loud_ms + FRAME_MS if is_loud else 0
            self.quiet_ms = 0 if is_loud else self.quiet_ms + FRAME_MS
            yield frame

    def begin_again(self) -> None:
        """Forget what was loud and what was quiet: the next turn has its own."""
        self.loud_ms = self.quiet_ms = 0
