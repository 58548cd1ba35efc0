"""From the formats of a session to mu-law and back."""

import numpy as np

from streams.audio import mulaw

_PCM_BYTES_A_MS = 48  # 24 kHz, 16 bits


def to_mulaw(audio: bytes, form: dict) -> bytes:
    """What the client sent; PCM is thinned out, which is enough to hear that somebody speaks."""
    if form["type"] == "audio/pcmu":
        return audio
    if form["type"] != "audio/pcm":
        raise AssertionError(f"The stand-in does not speak {form['type']}.")
    samples = np.frombuffer(audio[: len(audio) // 6 * 6], dtype="<i2").astype(np.int32)
    return mulaw.encode(samples.reshape(-1, 3).mean(axis=1).astype(np.int16))


def from_mulaw(audio: bytes, form: dict) -> bytes:
    """What the client is to get: three samples for one, on straight lines, so that pieces can be made one by one."""
    if form["type"] == "audio/pcmu":
        return audio
    if form["type"] != "audio/pcm":
        raise AssertionError(f"The stand-in does not speak {form['type']}.")
    samples = mulaw.decode(audio).astype(np.float64)
    places = np.arange(len(samples) * 3) / 3
    return np.interp(places, np.arange(len(samples)), samples).astype("<i2").tobytes()


def bytes_a_ms(form: dict) -> int:
    """How much audio of this format is one millisecond."""
    return _PCM_BYTES_A_MS if form["type"] == "audio/pcm" else mulaw.BYTES_A_MS
