"""Telephone sound where people meet it: as a file that browsers play, and as a file that cannot be used. Pure."""

import struct

BYTES_A_SECOND = 8000  # mu-law at 8 kHz: one byte is one sample

_MULAW = 7  # WAVE_FORMAT_MULAW
_FORMAT = struct.Struct("<4sIHHIIHHH")  # `fmt ` chunk, with the empty extension that formats other than PCM carry
_FACT = struct.Struct("<4sII")  # `fact` chunk: how many samples there are


class Unusable(Exception):
    """An uploaded recording cannot be used. The message is a sentence for the builder, who reads it beside the file."""


def wav(audio: bytes) -> bytes:
    """The very bytes that callers get, with the header of a WAV file before them."""
    even = audio + b"\xff" * (len(audio) % 2)  # chunks are of even length
    head = b"WAVE" + _FORMAT.pack(b"fmt ", 18, _MULAW, 1, BYTES_A_SECOND, BYTES_A_SECOND, 1, 8, 0)
    head += _FACT.pack(b"fact", 4, len(audio)) + b"data" + struct.pack("<I", len(audio))
    return b"RIFF" + struct.pack("<I", len(head) + len(even)) + head + even


def seconds(size: int) -> float:
    """How long that many bytes of telephone sound last."""
    return size / BYTES_A_SECOND


def seconds_in_words(size: int) -> str:
    """The same for people: “4.2 s”."""
    return f"{seconds(size):.1f} s"
