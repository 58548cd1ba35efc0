"""One speech process for all the tests of this folder: starting one takes half a second."""

import pytest

from streams import engines
from tests.streams.ai.telephone import in_a_room
from tests.streams.ai.vendors import serving_vendors


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


@pytest.fixture(scope="session")
def vendors_address():
    with serving_vendors() as settings:
        yield settings


@pytest.fixture
def vendors(vendors_address, settings):
    """Every engine of `streams/engines.py` can be had, from servers that play the vendors."""
    for name, value in vendors_address.items():
        setattr(settings, name, value)
