"""From the telephone's mu-law at 8 kHz to PCM at 24 kHz and back while somebody speaks: 2.5 ms behind, each way. Pure.

One band-limiting filter serves both: it passes what a telephone carries (to 3.3 kHz) and stops from 4 kHz on, so that
nothing folds back as a false tone and no mirror of the voice is heard. It keeps what it needs of the pieces before, so
pieces may be of any size and cut anywhere, through the middle of a sample too.
"""

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from streams.audio import mulaw

RATIO = 3
TAPS = 41 * RATIO
DELAY_MS = (TAPS - 1) / 2 / 24
_CUTOFF = 3650 / 24_000  # the middle of the filter's slope
_BETA = 5.65  # of the Kaiser window: 60 dB

Line = npt.NDArray[np.float32]


def _filter() -> Line:
    places = np.arange(TAPS) - (TAPS - 1) / 2
    taps = np.sinc(2 * _CUTOFF * places) * np.kaiser(TAPS, _BETA)
    return np.asarray(taps / taps.sum(), dtype=np.float32)


_FILTER = _filter()
# One column for each of the three samples that follow from one; each of them sees every third tap.
_UP = np.ascontiguousarray((_FILTER * RATIO).reshape(-1, RATIO)[::-1])


class Upwards:
    """Mu-law at 8 kHz to 16-bit PCM (little-endian) at 24 kHz."""

    def __init__(self) -> None:
        self._line: Line = np.zeros(len(_UP) - 1, dtype=np.float32)

    def push(self, audio: bytes) -> bytes:
        """The next piece; gives three samples for each."""
        if not audio:
            return b""
        line = np.concatenate((self._line, mulaw.decode(audio).astype(np.float32)))
        self._line = line[len(audio) :]
        return _rounded(sliding_window_view(line, len(_UP)) @ _UP).astype("<i2").tobytes()


class Downwards:
    """16-bit PCM (little-endian) at 24 kHz to mu-law at 8 kHz; each speech as long as it was, down to the sample."""

    def __init__(self) -> None:
        self._half, self._begun = b"", False
        self._line: Line = np.zeros(TAPS // 2, dtype=np.float32)

    def push(self, audio: bytes) -> bytes:
        """The next piece; gives what is whole so far."""
        self._begun = self._begun or bool(audio)
        audio = self._half + audio
        even = len(audio) // 2 * 2
        self._half = audio[even:]
        line = np.concatenate((self._line, np.frombuffer(audio[:even], dtype="<i2").astype(np.float32)))
        whole = max(0, len(line) - TAPS + 1) // RATIO * RATIO
        self._line = line[whole:]
        if not whole:
            return b""
        windows = sliding_window_view(line[: TAPS - 1 + whole], TAPS)[::RATIO]
        return mulaw.encode(_rounded(windows @ _FILTER))

    def end(self) -> bytes:
        """The speech is over: what the filter still holds of it. What comes next is something new."""
        rest = self.push(b"\x00\x00" * (TAPS // 2)) if self._begun else b""
        self._half, self._begun = b"", False
        self._line = np.zeros(TAPS // 2, dtype=np.float32)
        return rest


def _rounded(samples: Line) -> mulaw.Samples:
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16).ravel()
