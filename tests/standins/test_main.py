"""The program that `make run AI=standin` starts, as a whole: a real voice asks, and a real voice answers."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest

from flows import demo
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.text import DIALECTS, OpenAIText
from streams.ai.text_model import Said, TextPiece
from streams.audio import mulaw
from tests.standins.realtime_client import MODEL, Client, on_the_phone, sound_of
from tests.standins.test_rules import INSTRUCTIONS


@asynccontextmanager
async def running():
    """The program, and its address."""
    command = [sys.executable, "-m", "tests.standins"]
    program = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(20):
            line = (await program.stdout.readline()).decode()
        yield line.split()[-1]
    finally:
        program.terminate()
        assert await program.wait() == 0


@pytest.fixture
def speech():
    process = SpeechProcess()
    yield process
    process.close()


async def test_a_spoken_question_is_answered_aloud(speech):
    words = "how long is the warranty"
    asked = await asyncio.wrap_future(speech.ask("speak", words, "en-us", 160, 50, 55))
    async with running() as address:
        clients = OpenAIClients(OpenAIAccount(key="standin", base_url=f"{address}/v1"))
        async with clients.realtime(model=MODEL) as connection:
            client = Client(connection)
            await client.update(**on_the_phone(instructions=INSTRUCTIONS))
            await client.one("session.updated")
            await client.speak(mulaw.silence(200) + asked + mulaw.silence(800))
            frames = await client.until("response.done")
            frames += await client.until("rate_limits.updated")
        await clients.close_here()
    said = next(one for one in frames if one["type"] == "response.output_audio_transcript.done")["transcript"]
    assert said.startswith(demo.KNOWLEDGE[2][1])
    assert mulaw.seconds(sound_of(frames)) > 3
    heard = [one["transcript"] for one in frames if one["type"].endswith("transcription.completed")]
    assert heard == [words]


async def test_text_is_answered_and_spoken_at_the_same_address():
    async with running() as address:
        clients = OpenAIClients(OpenAIAccount(key="standin", base_url=f"{address}/v1"))
        model = OpenAIText(clients, model="gpt-6-luna", dialect=DIALECTS["responses"], effort="none")
        asked = [Said(who="caller", text="how long is the warranty")]
        said = "".join([piece.text async for piece in model.reply(INSTRUCTIONS, asked) if isinstance(piece, TextPiece)])
        speech = clients.here().audio.speech
        made = await speech.create(model="gpt-4o-mini-tts", voice="marin", input=said, response_format="pcm")
        await clients.close_here()
    assert said.startswith(demo.KNOWLEDGE[2][1])
    assert len(made.content) / 48_000 > 3
