"""Made-up speech: a tone, as long as the text takes to say. Mu-law, as the telephone has it."""

import numpy as np

from streams.audio import mulaw

MS_A_CHARACTER = 60  # about a thousand characters a minute, as people speak
_TONE = mulaw.encode((6000 * np.sin(2 * np.pi * 400 * np.arange(mulaw.RATE) / mulaw.RATE)).astype(np.int16))


def tone(ms: int) -> bytes:
    """Mu-law that is not silent."""
    return (_TONE * (ms // 1000 + 1))[: ms * mulaw.BYTES_A_MS]


def speaking_ms(text: str) -> int:
    """How long it takes to say."""
    return MS_A_CHARACTER * len(text)


async def made_up(text: str) -> bytes:
    """A voice, for whoever does not put in a real one."""
    return tone(speaking_ms(text))
