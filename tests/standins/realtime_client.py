"""OpenAI's own client at the stand-in, as the tests of the stand-in drive it."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed

from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.audio import mulaw
from tests.standins.openai_realtime import RealtimeStandin
from tests.standins.server import serving
from tests.standins.sound import tone

MODEL = "gpt-realtime-2.1"
PCMU = {"type": "audio/pcmu"}
VAD = {"type": "server_vad", "silence_duration_ms": 500}
SPOKEN = tone(1000) + mulaw.silence(600)  # a turn, and the silence that ends it
PATIENCE = 5.0

Frame = dict[str, Any]


class Client:
    """One connection; `got` are the frames that came, in order."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.got: list[Frame] = []

    async def send(self, kind: str, **fields: Any) -> None:
        await self.connection.send_raw(json.dumps({"type": kind, **fields}))

    async def update(self, **session: Any) -> None:
        await self.send("session.update", session={"type": "realtime", **session})

    async def speak(self, audio: bytes = SPOKEN) -> None:
        await self.send("input_audio_buffer.append", audio=base64.b64encode(audio).decode())

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE):
            frame: Frame = json.loads(await self.connection.recv_bytes())
        self.got.append(frame)
        return frame

    async def until(self, kind: str, times: int = 1) -> list[Frame]:
        """All frames up to the next one of this type."""
        frames: list[Frame] = []
        while sum(frame["type"] == kind for frame in frames) < times:
            frames.append(await self.next())
        return frames

    async def one(self, kind: str) -> Frame:
        """The next frame of this type; those before it are passed over."""
        return (await self.until(kind))[-1]

    async def settled(self) -> list[Frame]:
        """What came until all that was sent before has been taken."""
        await self.send("conversation.item.retrieve", item_id="settled")
        frames: list[Frame] = []
        while not frames or "'settled'" not in frames[-1].get("error", {}).get("message", ""):
            frames.append(await self.next())
        return frames[:-1]

    async def error(self) -> Frame:
        """What the next error says."""
        error: Frame = (await self.one("error"))["error"]
        return error

    async def closed(self) -> tuple[list[Frame], int, str]:
        """What comes until the socket closes, and with what code and reason it does; 1006 when it is torn."""
        frames: list[Frame] = []
        try:
            while True:
                frames.append(await self.next())
        except ConnectionClosed as gone:
            return frames, *((gone.rcvd.code, gone.rcvd.reason) if gone.rcvd else (1006, ""))

    async def respond(self, **response: Any) -> Frame:
        """Ask for a response, and give what became of it."""
        await self.send("response.create", response=response)
        done: Frame = (await self.one("response.done"))["response"]
        return done


def on_the_phone(detection: Frame | None = VAD, **session: Any) -> Frame:
    """The settings of a telephone call."""
    ear = {"format": PCMU, "transcription": {"model": "gpt-transcribe"}, "turn_detection": detection}
    return {"audio": {"input": ear, "output": {"format": PCMU}}, "instructions": "Be brief.", **session}


@asynccontextmanager
async def connected(standin: RealtimeStandin, *, key: str = "test-key", **query: str) -> AsyncIterator[Client]:
    """A fresh connection; nothing was read from it."""
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key=key, base_url=f"{address}/v1"))
        try:
            async with clients.realtime(**(query or {"model": MODEL})) as connection:
                yield Client(connection)
        finally:
            await clients.close_here()


@asynccontextmanager
async def talking(standin: RealtimeStandin, **settings: Any) -> AsyncIterator[Client]:
    """A connection with the settings of a telephone call."""
    async with connected(standin) as client:
        await client.one("session.created")
        await client.update(**on_the_phone(**settings))
        await client.one("session.updated")
        yield client


def types(frames: list[Frame]) -> list[str]:
    """Their types, in order."""
    return [frame["type"] for frame in frames]


def without_repeats(frames: list[Frame]) -> list[str]:
    """Their types, each once, by where it was first seen."""
    return list(dict.fromkeys(types(frames)))


def sound_of(frames: list[Frame], item_id: str = "") -> bytes:
    """The audio in them."""
    deltas = [frame for frame in frames if frame["type"] == "response.output_audio.delta"]
    return b"".join(base64.b64decode(one["delta"]) for one in deltas if item_id in ("", one["item_id"]))
