"""What tests of engines share: one speech process (starting one takes half a second), the vendors, no task left."""

import asyncio

import pytest

from streams import engines
from tests.standins import deepgram, elevenlabs
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.server import serving_beside
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


@pytest.fixture
def standin_parts():
    """The vendors' parts that `standins` serves; a test file that needs others has a fixture of this name."""
    return [OpenAIHTTP()]


@pytest.fixture
def standins(standin_parts, settings):
    """The stand-ins' address, with the site's own settings leading there. They must have understood everything."""
    with serving_beside(*standin_parts) as address:
        settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = KEY, f"{address}/v1"
        settings.OPENAI_WEBSOCKET_BASE_URL = f"{address.replace('http', 'ws')}/v1"
        settings.OPENAI_SPEECH_URL = f"{address}/v1"
        settings.DEEPGRAM_API_KEY, settings.DEEPGRAM_BASE_URL = deepgram.KEY, address
        settings.ELEVENLABS_API_KEY, settings.ELEVENLABS_BASE_URL = elevenlabs.KEY, address
        engines.openai.cache_clear()
        yield address
        engines.openai.cache_clear()
    assert [wrong for part in standin_parts for wrong in getattr(part, "wrong", ())] == []


@pytest.fixture
def openai_http(standin_parts, standins):
    """OpenAI's stand-in over HTTP, served, and found by the site's settings."""
    return next(part for part in standin_parts if isinstance(part, OpenAIHTTP))


@pytest.fixture
async def no_task_left():
    """Whatever the test began has ended when it is over."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    left = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()]
    assert left == []
