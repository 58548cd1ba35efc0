"""What is measured, each in a process of its own: `python -m benchmarks.servers NAME PORT CORE`.

- `tutorial`: a consumer as Channels' tutorial writes it, under stock Daphne. Decodes, weighs and returns every frame.
- `ours`: `CallConsumer` under our Daphne; a session that does the same work with each frame.
- `call`: `CallConsumer` with its real session at a menu: a long prompt plays while the caller's audio comes in.
- `listening`: `ListeningConsumer` with its scribe: both tracks of a conversation come in. The database is left out.
- `whole`: the site as it is, with the settings and the database that the environment names.

A key 9 makes the first two run a query that takes three seconds.
"""

import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from typing import Any

from benchmarks.house import first_in_line

QUERY_SECONDS = 3.0
LOUD = bytes(~code & 0x7F for code in range(256))  # 0 for silence, 127 for the loudest mu-law code


def weigh(audio: bytes) -> int:
    """The least that a voice application does with a frame: how loud is it?"""
    return sum(audio.translate(LOUD))


def slow_query() -> None:
    """A query that takes three seconds, on whatever database is configured."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            connection.connection.create_function("pg_sleep", 1, time.sleep)
        cursor.execute("SELECT pg_sleep(%s)", [QUERY_SECONDS])


def tutorial(port: int) -> None:
    """Stock Daphne, and the consumer most people would write."""
    from daphne.server import Server  # isort: skip
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(scratch(), "db")}},
        LOGGING_CONFIG=None,
    )
    django.setup()
    from channels.db import database_sync_to_async
    from channels.generic.websocket import AsyncWebsocketConsumer

    class Tutorial(AsyncWebsocketConsumer):
        async def receive(self, text_data: str = "", bytes_data: bytes | None = None) -> None:
            frame = json.loads(text_data)
            if frame["event"] == "dtmf":
                self.working = asyncio.create_task(database_sync_to_async(slow_query)())
            if frame["event"] == "media":
                audio = base64.b64decode(frame["media"]["payload"])
                weigh(audio)
                media = {
                    "contentType": "audio/x-mulaw",
                    "sampleRate": 8000,
                    "payload": base64.b64encode(audio).decode(),
                }
                await self.send(text_data=json.dumps({"event": "playAudio", "media": media}))

    Server(Tutorial.as_asgi(), endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


def ours(port: int) -> None:
    """Our consumer, with a session that returns every frame."""
    from ivrsite.server import serve

    site()
    from streams.carriers.carrier import AudioReceived, CarrierMessage, KeyPressed, StreamStarted
    from streams.consumer import CallConsumer
    from streams.lines import Line
    from streams.off_loop import query

    class Echo:
        frames = 0

        def __init__(self, host: Any) -> None:
            self.host = host

        def receive(self, message: CarrierMessage) -> None:
            match message:
                case AudioReceived(audio=audio):
                    weigh(audio)
                    self.host.send(self.host._codec.play(audio))
                case KeyPressed():
                    self.host._spawn(query(slow_query))

    class Ours(CallConsumer):
        async def _answer(self, scope: Any) -> Line:
            return Line(call_pk=1, call_uuid="bench")

        async def _start(self, started: StreamStarted) -> None:
            self._stop_waiting()
            self._line, self._echo, self.is_tied = None, Echo(self), True

        def _receive(self, said: CarrierMessage) -> None:
            self._echo.receive(said)

    serve(with_token(Ours.as_asgi()), bind="127.0.0.1", port=port, notice=0, grace=0)


def call(port: int) -> None:
    """Our consumer and its session, at a menu that takes keys and speech; only the database is left out."""
    from ivrsite.server import serve

    site()
    from flows.engine.events import CallAnswered
    from flows.engine.machine import Flow
    from flows.engine.step import State
    from flows.steps import REGISTRY
    from streams import consumer
    from streams.brief import Brief

    flow = Flow(name="Bench", start="menu", steps={"menu": REGISTRY["menu"](prompt="A very long prompt.")}, exits={})
    minutes = bytes(range(256)) * (8000 * 60 * 5 // 256)

    def brief(line: Any, token: str, started: Any) -> Brief:
        first = CallAnswered(began=time.time(), caller="+14155550100", called="+14155550199")
        return Brief(flow=flow, state=State(), first=first, prompts={"A very long prompt.": minutes})

    number = iter(range(1_000_000))

    async def taken(scope: Any, token: str, *, carried: int) -> Any:
        return consumer.lines.Line(call_pk=1, call_uuid=f"bench-{next(number)}")

    consumer.handshake.answer = taken
    consumer.lines.bind, consumer.lines.release = brief, lambda *args, **kwargs: None  # type: ignore[assignment]
    consumer.writer.line = consumer.writer.set = lambda *args, **kwargs: None  # type: ignore[method-assign]
    serve(with_token(consumer.CallConsumer.as_asgi()), bind="127.0.0.1", port=port, notice=0, grace=0)


def listening(port: int) -> None:
    """The consumer beside a conversation and its scribe; the recogniser takes the audio and hears nothing in it."""
    import contextlib
    from collections.abc import AsyncIterator

    from ivrsite.server import serve

    site()
    from streams import engines, handshake
    from streams.ai.provider import MULAW_8K, TranscriberAbilities
    from streams.desk import telling
    from streams.event_log import writer
    from streams.listening import ordering
    from streams.listening.consumer import ListeningConsumer

    class Deaf:
        """A recogniser whose listening never tells anything."""

        name = title = "deaf"
        takes, can = MULAW_8K, TranscriberAbilities(interim=True, free_speech=True)

        @contextlib.asynccontextmanager
        async def listen(self, options: Any) -> AsyncIterator["Deaf"]:
            self.over = asyncio.Event()
            yield self

        def push(self, audio: bytes) -> None:
            """Taken."""

        def finish(self) -> None:
            self.over.set()

        def owing(self) -> tuple[()]:
            return ()

        async def __aiter__(self) -> AsyncIterator[Any]:
            await self.over.wait()
            for nothing in ():
                yield nothing

    number = iter(range(1_000_000))

    async def taken(scope: Any, token: str, *, carried: int, find: Any) -> Any:
        n = next(number)
        return ordering.ListenLine(call_pk=n, call_uuid=f"bench-{n}", order_pk=n, step="put")

    def begins(line: Any, started: Any) -> Any:
        return ordering.Beginning(at=0.0, language="en-US", transcriber="", phrases=())

    engines.ears_to_ask, engines.transcriber = lambda name="": [name], lambda name="": Deaf()  # type: ignore[assignment]
    handshake.answer, ordering.bind = taken, begins  # type: ignore[assignment]
    ordering.release = lambda *args, **kwargs: None
    ordering.is_wanted = lambda order_pk: True
    telling.line = writer.line = writer.set = lambda *args, **kwargs: None  # type: ignore[method-assign]
    serve(with_token(ListeningConsumer.as_asgi()), bind="127.0.0.1", port=port, notice=0, grace=0)


def whole(port: int) -> None:
    """The web process itself."""
    from ivrsite.server import main

    sys.exit(main(["--port", str(port)]))


def overheard(port: int) -> None:
    """The web process, whose ears take no time: what was said is final with the first quiet frame after it."""
    from contextlib import asynccontextmanager

    import django

    django.setup()
    from benchmarks.desk import QUIET_CODE, SPOKEN, numbered
    from streams import engines
    from streams.ai.provider import MULAW_8K, HeardUtterance, ListenOptions, TranscriberAbilities

    class Hearing:
        def __init__(self) -> None:
            self.heard: asyncio.Queue[HeardUtterance | None] = asyncio.Queue()
            self.count, self.track = 0, ""  # "" while nobody speaks

        def push(self, audio: bytes) -> None:
            self.track = self.track or next((track for track, code in SPOKEN.items() if code in audio), "")
            if self.track and audio and audio[-1] == QUIET_CODE:
                self.count += 1
                words = f"{self.track} says {numbered(self.count)}"
                self.heard.put_nowait(HeardUtterance(text=words, confidence=0.9))
                self.track = ""

        def expect(self, phrases: tuple[str, ...]) -> None:
            """It needs none."""

        def finish(self) -> None:
            self.heard.put_nowait(None)

        def owing(self) -> tuple[()]:
            return ()

        async def __aiter__(self) -> Any:
            while (heard := await self.heard.get()) is not None:
                yield heard

    class Ears:
        name = title = "scripted"
        takes = MULAW_8K
        can = TranscriberAbilities(interim=True, free_speech=True)

        @asynccontextmanager
        async def listen(self, options: ListenOptions) -> Any:
            yield Hearing()

    engines.transcriber = lambda name="": Ears()  # type: ignore[assignment]
    whole(port)


def with_token(application: Any) -> Any:
    """What URL routing adds to the scope."""

    async def routed(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, "url_route": {"kwargs": {"token": "bench"}}}, receive, send)

    return routed


def site() -> None:
    """The site's settings, in a folder that is thrown away."""
    os.environ |= {"CALLWRIGHT_VAR": scratch(), "CALLWRIGHT_ENV": os.devnull, "MAX_STREAMS_PER_PROCESS": "10000"}
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ["DJANGO_SETTINGS_MODULE"] = "ivrsite.settings"
    import django

    django.setup()


def scratch() -> str:
    return tempfile.mkdtemp(prefix="callwright-bench-")


if __name__ == "__main__":
    name, port, core = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    first_in_line()
    if core >= 0:
        os.sched_setaffinity(0, {core})
    servers = {"tutorial": tutorial, "ours": ours, "call": call, "listening": listening}
    (servers | {"whole": whole, "overheard": overheard})[name](port)
