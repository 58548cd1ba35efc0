import asyncio
import base64
import json
from contextlib import asynccontextmanager

from streams.ai.openai_client import OpenAIAccount, OpenAIClients
from streams.audio import mulaw
from tests.standins.openai_realtime import RealtimeStandin, Say, tone
from tests.standins.server import serving

MODEL = "gpt-realtime-2.1"
PHONE = {
    "type": "realtime",
    "instructions": "Be brief.",
    "audio": {
        "input": {
            "format": {"type": "audio/pcmu"},
            "transcription": {"model": "gpt-transcribe"},
            "turn_detection": {"type": "server_vad", "silence_duration_ms": 500},
        },
        "output": {"format": {"type": "audio/pcmu"}},
    },
}


class Client:
    """OpenAI's own client, and the frames it got."""

    def __init__(self, connection):
        self.connection = connection
        self.got = []

    async def send(self, kind, **fields):
        await self.connection.send_raw(json.dumps({"type": kind, **fields}))

    async def speak(self, audio):
        await self.send("input_audio_buffer.append", audio=base64.b64encode(audio).decode())

    async def next(self):
        async with asyncio.timeout(5):
            frame = json.loads(await self.connection.recv_bytes())
        self.got.append(frame)
        return frame

    async def until(self, kind):
        """All frames up to the next one of this type."""
        frames = [await self.next()]
        while frames[-1]["type"] != kind:
            frames.append(await self.next())
        return frames

    async def one(self, kind):
        return (await self.until(kind))[-1]


@asynccontextmanager
async def talking(standin, **session):
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key="test-key", base_url=f"{address}/v1"))
        async with clients.realtime(model=MODEL) as connection:
            client = Client(connection)
            await client.one("session.created")
            await client.send("session.update", session={**PHONE, **session})
            await client.one("session.updated")
            yield client
        await clients.close_here()


def turn(ms=1000, silence=600):
    return tone(ms) + mulaw.silence(silence)


async def test_a_turn():
    standin = RealtimeStandin([Say("Hello there.", ms=300)], hears=["good morning"])
    async with talking(standin) as client:
        await client.speak(turn())
        frames = await client.until("rate_limits.updated")
        assert frames[-2]["response"]["status"] == "completed"
        await client.send("response.create")
        await client.one("response.done")
    assert not standin.wrong
