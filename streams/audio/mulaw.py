"""G.711 mu-law, the telephone's own sound: one byte a sample, 8000 a second. Pure.

Everything is a table made once from the standard's rule: decoding is one look-up, encoding another, and the loudness of
a frame is summed without decoding it.
"""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

RATE = 8000
BYTES_A_MS = 8
FRAME = 160  # bytes of 20 ms, what carriers usually send
SILENCE = b"\xff"  # one sample of it
_BIAS, _CLIP = 132, 32635  # of the standard: shifts every segment to begin at a power of two


def _decoding() -> Samples:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS << ((code & 0x70) >> 4)) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encoding() -> npt.NDArray[np.uint8]:
    """The code of every 16-bit value, at the value's own bits read as an unsigned number."""
    value = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # Codes keep 14 bits. An arithmetic shift rounds negative values away from zero, as the reference encoder does.
    value = (value >> 2) << 2
    magnitude = np.minimum(np.abs(value), _CLIP) + _BIAS
    segment = np.maximum(np.floor(np.log2(magnitude)).astype(np.int32) - 7, 0)
    code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F)
    return np.asarray(~np.where(value < 0, code | 0x80, code) & 0xFF, dtype=np.uint8)


_DECODED = _decoding()
_ENCODED = _encoding()
# A byte for each code: the magnitude in steps of 32, so that a whole frame is summed in one C call.
_STEP = 32
_LOUDNESS = np.minimum(np.abs(_DECODED.astype(np.int32)) // _STEP, 255).astype(np.uint8).tobytes()


def decode(audio: bytes) -> Samples:
    """Mu-law to 16-bit samples."""
    return _DECODED[np.frombuffer(audio, dtype=np.uint8)]


def encode(samples: Samples) -> bytes:
    """16-bit samples to mu-law."""
    return _ENCODED[np.ascontiguousarray(samples, dtype=np.int16).view(np.uint16)].tobytes()


def loudness(audio: bytes) -> int:
    """The mean magnitude of mu-law audio as a 16-bit amplitude, 0 to 8160; louder than that counts as 8160."""
    return sum(audio.translate(_LOUDNESS)) * _STEP // len(audio) if audio else 0


def seconds(audio: bytes) -> float:
    """How long mu-law audio lasts."""
    return len(audio) / RATE


def silence(milliseconds: int) -> bytes:
    """Digital silence."""
    return SILENCE * (milliseconds * BYTES_A_MS)
