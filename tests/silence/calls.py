"""Call the site once for each failure, several at the same time, and tell what each caller heard."""

import asyncio
import base64
import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streams.ai.local.speech_process import SpeechProcess
from streams.ai.local.voice import LocalVoice
from streams.audio import mulaw
from streams.carriers.plivo_api import sign_v3
from streams.phone.callbacks import Account
from streams.phone.far_end import FarEnd
from streams.phone.hearing import Knowledge
from streams.phone.placing import place_call
from streams.phone.record import Record
from streams.phone.script import parse
from streams.phone.voice import Voice
from tests.silence.failures import (
    EARLIER,
    FAILURES,
    HEARS,
    MODEL_NEVER_ANSWERS,
    PROMPTS,
    STANDBY,
    TALK,
    Failure,
    number_of,
)
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_realtime import Asked, RealtimeStandin, Say
from tests.standins.openai_realtime.brain import Turn
from tests.standins.server import serving

ROOT = Path(__file__).resolve().parents[2]
DESK = "+14155550123"
TOKEN = "silence_test_token_0123456789"
READY_WITHIN = 60.0  # seconds, on a busy machine
APART = 0.25  # seconds between the calls
AT_ONCE = 12  # calls; with more, phone and site are late on two cores, and that would be counted as the line's silence
WRITTEN_WITHIN = 10.0  # seconds after a call for its log to be whole


@dataclass
class Told:
    """How one call went: the phone's record, and the site's log as (kind, data)."""

    failure: Failure
    record: Record
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [data for name, data in self.log if name == kind]

    @property
    def is_whole(self) -> bool:
        """Whether the log holds what it should."""
        return bool(self.of("stream_closed")) and all(self.of(kind) for kind in self.failure.logs)

    @property
    def silence(self) -> float:
        return self.record.timings.longest_silence

    @property
    def said(self) -> list[str]:
        return [data["text"] for data in self.of("house_said")]

    @property
    def faults(self) -> list[str]:
        return [data["fault"] for data in self.of("engine_failed")]

    @property
    def outcomes(self) -> list[str]:
        return [data["outcome"] for data in self.of("left")]


async def call_all(folder: Path, failures: tuple[Failure, ...] = FAILURES) -> list[Told]:
    """Every failure's call."""
    async with AsyncExitStack() as stack:
        addresses = {f.key: await stack.enter_async_context(serving(*_parts(f))) for f in FAILURES}
        addresses[STANDBY] = await stack.enter_async_context(serving(_standby()))
        speech = SpeechProcess()
        stack.callback(speech.close)
        voice = Voice(LocalVoice(speech))
        for failure in failures:
            for line in parse(failure.caller).lines:
                if words := getattr(line.act, "words", ""):
                    await voice.say(words)
        site = await stack.enter_async_context(_site(folder, addresses))
        known = json.loads((folder / PROMPTS).read_text())
        knowledge = Knowledge({text: base64.b64decode(sound) for text, sound in known.items()}, _words(folder))
        calls, free = [], asyncio.Semaphore(AT_ONCE)

        async def call(failure: Failure) -> Told:
            try:
                return await _call(failure, site, knowledge, voice, folder)
            finally:
                free.release()

        for failure in failures:  # no exchange lets twenty calls in within one frame, and SQLite would not either
            await free.acquire()
            calls.append(asyncio.create_task(call(failure)))
            await asyncio.sleep(APART)
        return list(await asyncio.gather(*calls))


def _parts(failure: Failure) -> list[Any]:
    parts = failure.parts()
    if failure.key == "C9-model":
        next(part for part in parts if isinstance(part, OpenAIHTTP)).broken = MODEL_NEVER_ANSWERS
    return parts


def _standby() -> RealtimeStandin:
    """An engine that works, but for those who are told that it does not."""

    async def brain(asked: Asked) -> Turn:
        if "standby is down" in asked.instructions:
            await asyncio.Event().wait()
        answered = any(item.get("role") == "assistant" and TALK[0].text in json.dumps(item) for item in asked.items)
        return TALK[1] if answered else TALK[0]

    async def hears(audio: bytes, settings: Any) -> str:
        return HEARS[0] if mulaw.seconds(audio) else ""

    assert isinstance(TALK[0], Say)
    return RealtimeStandin(brain=brain, hearing=hears, pace=0.05)


@asynccontextmanager
async def _site(folder: Path, addresses: dict[str, str]) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = {"PATH": os.environ["PATH"], "CALLWRIGHT_VAR": str(folder), "CALLWRIGHT_ENV": os.devnull, "PORT": str(port)}
    env |= {"STANDINS": json.dumps(addresses), "AGENT_FALLBACKS": STANDBY, "UNDERSTANDER_ENGINE": "slow"}
    env |= {"PLIVO_AUTH_TOKEN": TOKEN, "PYTHONUNBUFFERED": "1"}
    with (folder / "site.log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.silence.site", cwd=ROOT, env=env, stdout=log, stderr=log
        )
    try:
        await _until_ready(process, port, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _until_ready(process: Any, port: int, folder: Path) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while True:
            if process.returncode is not None:
                raise AssertionError(f"The site ended at once:\n{(folder / 'site.log').read_text()[-3000:]}")
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


async def _call(failure: Failure, site: str, knowledge: Knowledge, voice: Voice, folder: Path) -> Told:
    async def place(script: str) -> Record:
        return await place_call(
            parse(script),
            site=site,
            account=Account("MA" + "X" * 18, TOKEN, sign_v3),
            number=number_of(failure),
            caller_number=f"+1415444{1000 + FAILURES.index(failure)}",
            profile=failure.profile,
            knowledge=knowledge,
            voice=voice,
            far_ends={DESK: FarEnd("answer", after=0.3, talks=0.5)},
        )

    for _ in range(failure.earlier):
        await place(EARLIER)
    record = await place(failure.caller)
    told = Told(failure, record)
    give_up = time.monotonic() + WRITTEN_WITHIN
    while not told.is_whole and time.monotonic() < give_up:
        told.log = await asyncio.to_thread(_log, folder, record.call_uuid)
        await asyncio.sleep(0.2)
    return told


def _log(folder: Path, call_uuid: str) -> list[tuple[str, dict[str, Any]]]:
    rows = _rows(folder, call_uuid)
    return [(kind, json.loads(data)) for _, kind, data in rows]


def _rows(folder: Path, call_uuid: str) -> list[tuple[int, str, str]]:
    question = """select e.seq, e.kind, e.data from streams_callevent e join streams_call c on e.call_id = c.id
                  where c.call_uuid = ? order by e.seq"""
    with sqlite3.connect(f"file:{folder / 'callwright.sqlite3'}?mode=ro", uri=True, timeout=10) as database:
        return database.execute(question, (call_uuid,)).fetchall()


def _words(folder: Path) -> Any:
    """What was said before a checkpoint, from the site's log; each line is given once."""
    told: set[tuple[str, int]] = set()

    async def read(call_uuid: str, checkpoint: str) -> str | None:
        for seq, kind, data in reversed(await asyncio.to_thread(_rows, folder, call_uuid)):
            line = json.loads(data)
            if kind != "agent_said" or line.get("prompt") != checkpoint or (call_uuid, seq) in told:
                continue
            told.add((call_uuid, seq))
            return str(line["text"])
        return None

    return read
