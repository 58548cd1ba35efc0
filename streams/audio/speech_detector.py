"""Is this speech? One detector per caller, asked about every 20 ms.

WebRTC's detector knows what speech sounds like, but takes steady noise for it. So the frame must also stand out from
the quietest moments of the last seconds: speech has gaps between its syllables, noise has none.
"""

from collections import deque
from collections.abc import Iterator

import webrtcvad

from streams.audio import mulaw

STRICTNESS = 2  # of WebRTC's 0 to 3: keeps soft consonants, refuses most breath and hum
STANDS_OUT = 2.0  # times the noise floor, that is 6 dB
AUDIBLE = 96  # mean magnitude (about -48 dBFS) below which nobody speaks to us
WINDOW_FRAMES = 25  # half a second
WINDOWS = 6  # the floor is the quietest frame of these last windows: 3 seconds, longer than a spoken breath


class SpeechDetector:
    """Tells speech from the rest in mu-law audio that comes in pieces of any size."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(STRICTNESS)
        self._rest = b""
        self._quietest = 1 << 16  # of the window that is being filled
        self._seen = 0
        self._floors: deque[int] = deque(maxlen=WINDOWS - 1)
        self._floor_before = 1 << 16  # the quietest of the full windows

    def frames(self, audio: bytes) -> Iterator[tuple[bytes, bool]]:
        """Every whole frame of 20 ms that `audio` completes, and whether it is speech. The rest waits for more."""
        if self._rest:
            audio = self._rest + audio
        whole = len(audio) - len(audio) % mulaw.FRAME
        for start in range(0, whole, mulaw.FRAME):
            frame = audio[start : start + mulaw.FRAME]
            yield frame, self.is_speech(frame)
        self._rest = audio[whole:]

    def is_speech(self, frame: bytes) -> bool:
        """Judge one frame of 20 ms; to be asked about every frame, in order."""
        level = mulaw.loudness(frame)
        floor = self._note(level)
        # Asked even about quiet frames: WebRTC's detector learns from them what is not speech.
        sounds_like_it = self._vad.is_speech(mulaw.decode(frame).tobytes(), mulaw.RATE)
        return sounds_like_it and level > AUDIBLE and level > STANDS_OUT * floor

    def _note(self, level: int) -> int:
        """Remember how quiet it can be, and say how quiet it was lately."""
        self._quietest = min(self._quietest, level)
        floor = min(self._quietest, self._floor_before)
        self._seen += 1
        if self._seen == WINDOW_FRAMES:
            self._floors.append(self._quietest)
            self._floor_before = min(self._floors)
            self._seen, self._quietest = 0, 1 << 16
        return floor
