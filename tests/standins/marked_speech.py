"""Speech whose every word can be told from its audio alone, so that a stand-in hears exactly what it was given.

Each word is a fifth of a second of a voiced sound. The lowest bit of its samples says which word of which utterance it
is, four times in each frame. A word is heard by whoever has the mark in its middle: audio that is parted between two
frames is heard once in all, audio that is sent twice is heard twice, and what is cut out is not heard.
"""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np

from streams.audio import mulaw

WORD_FRAMES, MARKS = 10, 4  # frames of a word, marks of a frame
MARK = mulaw.FRAME // MARKS  # samples
SYNC = "0110111101100"  # followed by the number of the utterance, the word and the mark
UTTERANCE_BITS, WORD_BITS, PLACE_BITS = 16, 5, 6
FADED_FRAMES = 2  # at the end of a word
MIDDLE = WORD_FRAMES * MARKS // 2
MARKED = re.compile(f"{SYNC}([01]{{{UTTERANCE_BITS}}})([01]{{{WORD_BITS}}})([01]{{{PLACE_BITS}}})")
BITS = bytes(ord("0") + (byte & 1) for byte in range(256))
UNMARKED = bytes(byte | 1 for byte in range(256))


def name(utterance: int, word: int) -> str:
    """How a word is written down."""
    return f"u{utterance}w{word}"


def spoken(utterance: int, words: int) -> bytes:
    """Mu-law of an utterance; up to 31 words."""
    sound = _sound()
    pieces = []
    for word in range(words):
        for place in range(WORD_FRAMES * MARKS):
            bits = f"{SYNC}{utterance:0{UTTERANCE_BITS}b}{word:0{WORD_BITS}b}{place:0{PLACE_BITS}b}"
            assert len(bits) == MARK
            start = place * MARK
            pieces.append(_marked(sound[start : start + MARK], bits))
    return b"".join(pieces)


def _marked(sound: bytes, bits: str) -> bytes:
    return bytes(byte & 0xFE | (bit == "1") for byte, bit in zip(sound, bits, strict=True))


def heard(audio: bytes) -> str:
    """The words in it, as far as their middle is there."""
    return " ".join(_words(audio))


def _words(audio: bytes) -> Iterator[str]:
    for utterance, word, place in MARKED.findall(audio.translate(BITS).decode()):
        if int(place, 2) == MIDDLE:
            yield name(int(utterance, 2), int(word, 2))


@cache
def _sound() -> bytes:
    """A vowel, pulses at 125 Hz through two resonances, that fades: no detector takes it for a hum."""
    samples = np.zeros(WORD_FRAMES * mulaw.FRAME)
    samples[::64] = 1.0
    for centre, width in ((700.0, 120.0), (1200.0, 150.0)):
        samples = _resonated(samples, centre, width)
    loud = samples / np.abs(samples).max() * 12_000
    loud[-FADED_FRAMES * mulaw.FRAME :] *= 0.05
    return mulaw.encode(loud.astype(np.int16)).translate(UNMARKED)


def _resonated(samples: np.ndarray, centre: float, width: float) -> np.ndarray:
    radius = np.exp(-np.pi * width / mulaw.RATE)
    first, second = 2 * radius * np.cos(2 * np.pi * centre / mulaw.RATE), -(radius**2)
    out = np.zeros(len(samples))
    for place in range(len(samples)):
        out[place] = samples[place] + first * out[place - 1] * (place > 0) + second * out[place - 2] * (place > 1)
    return out
