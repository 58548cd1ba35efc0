"""One speech process for all the tests of this folder: starting one takes half a second."""

import pytest

from streams import engines
from streams.audio import mulaw


@pytest.fixture(scope="session")
def speech():
    yield engines.speech()
    engines.speech().close()


@pytest.fixture
def spoken(speech):
    """What somebody says in a quiet room, on the telephone: `await spoken("billing", voice="anna")` is mu-law."""
    return lambda text, voice="": in_a_room(text, voice)


async def in_a_room(text, voice=""):
    import numpy as np

    pieces = engines.synthesizer("local").speak(text, voice=voice)
    speech = b"".join([piece async for piece in pieces if isinstance(piece, bytes)])
    line = mulaw.decode(mulaw.silence(500) + speech + mulaw.silence(1100))
    noise = np.random.default_rng(7).normal(0, 30, len(line))
    return mulaw.encode(np.clip(line + noise, -32768, 32767).astype(np.int16))
