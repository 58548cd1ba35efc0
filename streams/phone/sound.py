"""Sounds of the network, and WAV files. Pure: bytes in, bytes out."""

import io
import wave

import numpy as np

from streams.audio import mulaw

LOUDNESS = 3000  # amplitude of tones, 16-bit
RING, PAUSE = 2.0, 4.0  # seconds: the American ringing tone


def tone(seconds: float, *hertz: float) -> bytes:
    """Mu-law of one or more sine waves together."""
    at = np.arange(int(seconds * mulaw.RATE)) / mulaw.RATE
    waves = sum((np.sin(2 * np.pi * frequency * at) for frequency in hertz), np.zeros(len(at)))
    return mulaw.encode((waves * LOUDNESS / max(len(hertz), 1)).astype(np.int16))


def silence(seconds: float) -> bytes:
    """Mu-law silence."""
    return mulaw.silence(int(seconds * 1000))


def beep() -> bytes:
    """What is heard before a recording."""
    return tone(0.4, 1000)


def ringing(seconds: float) -> bytes:
    """The ringing tone for so long."""
    once = tone(RING, 440, 480) + silence(PAUSE)
    size = int(seconds * mulaw.RATE)
    return (once * (size // len(once) + 1))[:size]


def stereo_wav(left: bytes, right: bytes) -> bytes:
    """A WAV file of two mu-law tracks; the shorter one is filled up with silence."""
    size = max(len(left), len(right))
    sides = [mulaw.decode(side.ljust(size, mulaw.SILENCE)) for side in (left, right)]
    return _wav(np.column_stack(sides).astype("<i2").tobytes(), channels=2)


def from_wav(file: bytes) -> bytes | None:
    """A WAV file of 16-bit sound at any rate as mu-law at 8 kHz, or None when it is something else."""
    try:
        with wave.open(io.BytesIO(file)) as opened:
            if opened.getsampwidth() != 2:
                return None
            samples = np.frombuffer(opened.readframes(opened.getnframes()), dtype="<i2")
            one_side = samples[:: opened.getnchannels()].astype(np.int16)
            rate = opened.getframerate()
    except (wave.Error, EOFError):
        return None
    picked = (np.arange(int(len(one_side) * mulaw.RATE / rate)) * rate / mulaw.RATE).astype(int)
    return mulaw.encode(one_side[picked])


def _wav(frames: bytes, *, channels: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(channels)
        opened.setsampwidth(2)
        opened.setframerate(mulaw.RATE)
        opened.writeframes(frames)
    return file.getvalue()
