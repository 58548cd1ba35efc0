"""ElevenLabs' stand-in takes what the package sends, and nothing else."""

from contextlib import asynccontextmanager

import aiohttp
import pytest

from tests.standins.elevenlabs import KEY, ElevenLabs, Trouble
from tests.standins.server import serving
from tests.standins.sound import speaking_ms

VOICE = "21m00Tcm4TlvDq8ikWAM"


@asynccontextmanager
async def asked(standin, *, voice=VOICE, key=KEY, query=None, **body):
    async with serving(standin) as address, aiohttp.ClientSession() as session:
        url = f"{address}/v1/text-to-speech/{voice}/stream"
        params = {"output_format": "ulaw_8000"} | (query or {})
        async with session.post(url, params=params, json=body, headers={"xi-api-key": key}) as answer:
            yield answer


async def test_a_text_is_spoken_as_mulaw_that_lasts_as_long_as_saying_it():
    async with asked(ElevenLabs(), text="one two three four") as answer:
        assert answer.status == 200
        assert len(await answer.read()) == speaking_ms("one two three four") * 8


@pytest.mark.parametrize(
    "wrong", [{"model": "m"}, {"text": 7}, {"query": {"format": "x"}}, {"query": {"output_format": "mp3_22050_32"}}]
)
async def test_what_the_package_would_not_send_is_refused_and_remembered(wrong):
    standin = ElevenLabs()
    async with asked(standin, **{"text": "Hello."} | wrong) as answer:
        assert answer.status == 422
    assert standin.wrong


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ({"key": "wrong"}, 401, "invalid_api_key"),
        ({"voice": "nobody"}, 404, "voice_not_found"),
    ],
)
async def test_keys_and_voices_are_checked(how, status, said):
    async with asked(ElevenLabs(), text="Hello.", **how) as answer:
        assert answer.status == status
        assert (await answer.json())["detail"]["status"] == said


async def test_trouble_comes_once_then_all_is_well():
    standin = ElevenLabs(troubles=[Trouble(refused="quota_exceeded")])
    async with asked(standin, text="Hello.") as answer:
        assert answer.status == 429
    async with asked(standin, text="Hello.") as answer:
        assert answer.status == 200
