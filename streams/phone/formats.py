"""The audio formats of a stream, and the way to and from mu-law at 8 kHz, which the phone itself uses. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from streams.audio import mulaw

CONTENT_TYPE = re.compile(r"audio/x-(mulaw|l16);rate=(8000|16000|24000)")


@dataclass(frozen=True)
class Format:
    """An encoding as the carrier names it, its rate, and the byte order of 16-bit samples."""

    encoding: str = "audio/x-mulaw"
    rate: int = 8000
    order: Literal["little", "big"] = "little"

    @property
    def bytes_a_second(self) -> int:
        return self.rate * (1 if self.encoding == "audio/x-mulaw" else 2)

    def from_mulaw(self, audio: bytes) -> bytes:
        """Mu-law at 8 kHz in this format."""
        if self.encoding == "audio/x-mulaw":
            return audio
        samples = np.repeat(mulaw.decode(audio), self.rate // mulaw.RATE)
        return samples.astype("<i2" if self.order == "little" else ">i2").tobytes()

    def to_mulaw(self, audio: bytes) -> bytes:
        """This format as mu-law at 8 kHz; an odd byte at the end is left out."""
        if self.encoding == "audio/x-mulaw":
            return audio
        whole = audio[: len(audio) // 2 * 2]
        samples = np.frombuffer(whole, dtype="<i2" if self.order == "little" else ">i2")
        return mulaw.encode(samples[:: self.rate // mulaw.RATE].astype(np.int16))


def format_of(content_type: str, order: Literal["little", "big"] = "little") -> Format | None:
    """The format that a `contentType` attribute names, or None when the carrier has no such format."""
    named = CONTENT_TYPE.fullmatch(content_type.replace(" ", ""))
    if named is None or (named[1] == "mulaw" and named[2] != "8000"):
        return None
    return Format(f"audio/x-{named[1]}", int(named[2]), order)
