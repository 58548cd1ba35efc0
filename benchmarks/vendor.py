"""The AI services' stand-in as a process to measure against: `python -m benchmarks.vendor PORT`.

The first piece of each answer carries the moment at which it was written to the socket, within its sound: mu-law goes
through to the caller untouched, so the caller's end can tell how long it was with us. The clock is the machine's own,
the same for all its processes. Frames are not held against the vendor's types here; that would be what is measured.
"""

import asyncio
import base64
import sys
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from benchmarks.house import first_in_line
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_model import Says
from tests.standins.openai_realtime import Asked, RealtimeStandin, Say, session
from tests.standins.server import serving
from tests.standins.sound import tone

SIGN = b"\x11\x92\x13\x94\x15\x96\x17\x98\x19"  # nine bytes, so that base64 keeps them apart from the time
SIGN64 = base64.b64encode(SIGN).decode()
NO_TIME = bytes(9)
NO_TIME64 = base64.b64encode(NO_TIME).decode()
STAMPED = len(SIGN64) + len(NO_TIME64)  # characters
ANSWER = "Of course, the shop is open until six."
ANSWER_MS = 1500
PACE = 0.2  # seconds that a second of speech takes to make


def time_in(frame: bytes) -> float | None:
    """When the vendor wrote the sound in this frame of the carrier's; None when it begins no answer."""
    at = frame.find(SIGN64.encode())
    if at < 0:
        return None
    return int.from_bytes(base64.b64decode(frame[at + len(SIGN64) : at + STAMPED]), "big") / 1e9


async def voice(text: str) -> bytes:
    """Speech with room for the time."""
    return SIGN + NO_TIME + tone(ANSWER_MS)[len(SIGN) + len(NO_TIME) :]


async def brain(asked: Asked) -> Say:
    """The same answer to all."""
    return Say(ANSWER)


async def hearing(audio: bytes, settings: Mapping[str, Any]) -> str:
    """What every caller says."""
    return "Are you open today?"


def stamp_what_is_sent() -> None:
    """Write the time in at the last moment: frames may have waited for others until then."""
    send_str, write = web.WebSocketResponse.send_str, web.StreamResponse.write

    async def stamped(self: web.WebSocketResponse, data: str, compress: int | None = None) -> None:
        if SIGN64 in data:
            now = base64.b64encode(time.monotonic_ns().to_bytes(9, "big")).decode()
            data = data.replace(SIGN64 + NO_TIME64, SIGN64 + now, 1)
        await send_str(self, data, compress)

    async def stamped_bytes(self: web.StreamResponse, data: Any) -> None:
        if SIGN in data:
            data = bytes(data).replace(SIGN + NO_TIME, SIGN + time.monotonic_ns().to_bytes(9, "big"), 1)
        await write(self, data)

    web.WebSocketResponse.send_str = stamped  # type: ignore[method-assign]
    web.StreamResponse.write = stamped_bytes  # type: ignore[assignment,method-assign]


async def serve(port: int) -> None:
    """Answer until the process is ended."""
    stamp_what_is_sent()
    session.hold = session.hold_answer = lambda frame: None  # type: ignore[assignment]
    parts = (
        RealtimeStandin(brain=brain, hearing=hearing, voice=voice, pace=PACE, remembers=1),
        OpenAIHTTP(lambda asked: Says(text=ANSWER), key=""),
        Deepgram(hears=_heard, key=""),
        ElevenLabs(voice=voice, voices=(), key=""),
    )
    async with serving(*parts, port=port):
        await asyncio.Event().wait()


async def _heard(audio: bytes, phrases: tuple[str, ...]) -> tuple[str, float]:
    return await hearing(audio, {}), 0.95


if __name__ == "__main__":
    first_in_line()
    asyncio.run(serve(int(sys.argv[1])))
