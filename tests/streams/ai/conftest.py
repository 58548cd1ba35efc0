"""What tests of engines share: one speech process (starting one takes half a second), the vendors, no task left."""

import asyncio

import pytest

from streams import engines
from streams.ai.deepgram import ears as deepgram_ears
from streams.ai.local import ears as local_ears
from streams.ai.openai import text as openai_text
from streams.ai.openai import voice as openai_voice
from tests.standins import deepgram, elevenlabs
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.server import serving_beside
from tests.streams.ai.telephone import in_a_room

DEADLINES = (
    (local_ears, "HEARD_WITHIN"),
    (deepgram_ears, "OPEN_SECONDS"),
    (openai_text, "FIRST_SECONDS"),
    (openai_text, "LIVE_SECONDS"),
    (openai_voice, "NEXT_SECONDS"),
)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A busy machine is no slow vendor: deadlines are long, but where a test is about one and makes it short."""
    for module, deadline in DEADLINES:
        monkeypatch.setattr(module, deadline, 30.0)


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
def standins(standin_parts, settings, monkeypatch):
    """The stand-ins' address, with the site's own settings leading there. They must have understood everything."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)  # of its own retries; by default 0.5 s
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
