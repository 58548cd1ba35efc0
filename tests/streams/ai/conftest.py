"""One speech process for all the tests of this folder: starting one takes half a second."""

import pytest

from streams import engines
from tests.streams.ai.telephone import in_a_room


@pytest.fixture(scope="session")
def speech():
    yield engines.speech()
    engines.speech().close()


@pytest.fixture
def spoken(speech):
    """What somebody says on the telephone: `await spoken("billing", voice="anna")` is mu-law."""

    async def say(text, voice=""):
        pieces = engines.synthesizer("local").speak(text, voice=voice)
        return in_a_room(b"".join([piece async for piece in pieces if isinstance(piece, bytes)]))

    return say
