"""One response: its events in the service's order, made as fast as it may, until it is whole or ended from outside."""

import asyncio
import base64
import itertools
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from streams.audio import mulaw
from tests.standins.openai_realtime.brain import Asked, Call, Say, dictated, parts
from tests.standins.openai_realtime.conversation import (
    ASSISTANT_MS,
    Counter,
    Item,
    audio_tokens,
    before_it,
    text_tokens,
)
from tests.standins.openai_realtime.faults import FAILURES, NEVER
from tests.standins.openai_realtime.formats import from_mulaw
from tests.standins.openai_realtime.wire import Frame
from tests.standins.sound import tone

if TYPE_CHECKING:
    from tests.standins.openai_realtime.session import Session

DELTA_MS = 100  # of audio in one frame
ENDLESS_SECONDS = 0.02  # at least, between two deltas of endless speech


class _Over(Exception):
    """Nothing more is to be made."""


class Response:
    """What the model makes of one `response.create`, or of one turn of the caller."""

    def __init__(self, session: "Session", given: Frame | None = None) -> None:
        given = given or {}
        self.session, self.given = session, given
        self.id = session.name("resp")
        self.faults = session.faults_of_response()
        self.in_band = given.get("conversation") != "none"
        self.output: list[Item] = []
        self.status = "in_progress"
        self.audio_ms = 0.0
        self._text_out = 0
        self._open: list[tuple[Item, int]] = []  # items whose end is not told yet
        self._before = self._what_it_reads()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Tell that it begins, and go on by itself."""
        self.session.send("response.created", response=self._shown())
        self._task = self.session.start(self._run())

    def end(self, status: str, **details: Any) -> None:
        """Close what is open and tell how it ended: completed, cancelled, incomplete or failed."""
        self.status = status
        for item, index in list(self._open):
            self._close(item, index, "completed" if status == "completed" else "incomplete")
        shown = self._shown()
        if details:
            shown["status_details"] = {"type": status, **details}
        if self.faults.counts and status != "failed":
            counter = self.session.counter if self.in_band else Counter()
            shown["usage"] = counter.usage(self._before, self._text_out, self._audio_out())
        self.session.ended(self)
        self.session.send("response.done", response=shown)
        if self.faults.tells_limits:
            limit = {"name": "tokens", "limit": 40000, "remaining": 39000, "reset_seconds": 1.5}
            self.session.send("rate_limits.updated", rate_limits=[limit])
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()

    def setting(self, name: str) -> Any:
        """What it was created with, or else the session's own."""
        given = self.given.get(name)
        return self.session.settings.get(name) if given is None else given

    async def _run(self) -> None:
        if self.faults.noise:
            self.session.make_noise()
        if self.faults.fails_with:
            code = self.faults.fails_with
            kind = "server_error" if code == "server_error" else "invalid_request_error"
            self.end("failed", error={"type": kind, "code": code, "message": FAILURES[code]})
            return
        await _pause(self.faults.first_audio_after)
        try:
            for part in await self._turn():
                await (self._say(part) if isinstance(part, Say) else self._call(part))
            self.end("completed")
        except _Over:
            pass

    async def _turn(self) -> list[Say | Call]:
        instructions = self.setting("instructions") or ""
        if text := dictated(instructions):
            return [Say(text)]
        await self.session.understood()
        tools = self.setting("tools") or []
        callable_now = () if self.setting("tool_choice") == "none" else tuple(tool["name"] for tool in tools)
        items = tuple(item.understood() for item in self._items())
        asked = Asked(instructions, callable_now, items, self.given.get("metadata") or {})
        made = parts(await self.session.brain(asked))
        return [part for part in made if isinstance(part, Say) or self.setting("tool_choice") != "none"]

    async def _say(self, say: Say) -> None:
        item = Item({"type": "message", "status": "in_progress", "role": "assistant", "content": []}, is_done=False)
        if say.phase:
            item.shown["phase"] = say.phase
        late = list(self._open)
        index = self._add(item)
        spoken = self.setting("output_modalities") != ["text"]
        part = {"type": "audio", "transcript": ""} if spoken else {"type": "text", "text": ""}
        kind, key = ("output_audio", "transcript") if spoken else ("output_text", "text")
        item.shown["content"] = [{"type": kind, key: ""}]
        self._tell("content_part.added", item, index, content_index=0, part=part)
        pieces = await self._pieces(say) if spoken else [(word, b"") for word in _words(say.text)]
        for count, (words, audio) in enumerate(pieces, 1):
            item.shown["content"][0][key] += words
            self._speak(item, index, words, audio)
            for before, place in late:
                self._close(before, place, "completed")
            late = []
            await self._after_delta(say, count, spoken)
        if not say.late_done:
            self._close(item, index, "completed")

    def _speak(self, item: Item, index: int, words: str, audio: bytes) -> None:
        spoken = item.shown["content"][0]["type"] == "output_audio"
        if words:
            kind = "output_audio_transcript.delta" if spoken else "output_text.delta"
            self._tell(kind, item, index, content_index=0, delta=words, obfuscation="xx")
            self._text_out += text_tokens(words)
        if audio:
            delta = base64.b64encode(from_mulaw(audio, self._format())).decode()
            self._tell("output_audio.delta", item, index, content_index=0, delta=delta, obfuscation="xx")
            self.session.has_spoken = True
            item.audio_ms += len(audio) / mulaw.BYTES_A_MS
            self.audio_ms += len(audio) / mulaw.BYTES_A_MS

    async def _after_delta(self, say: Say, count: int, spoken: bool) -> None:
        most = self.setting("max_output_tokens")
        if isinstance(most, int) and self._text_out + self._audio_out() >= most:
            self.end("incomplete", reason="max_output_tokens")
            raise _Over
        if spoken and self.faults.drops_after is not None and count >= self.faults.drops_after:
            self.session.drop(self.faults.drop_code)
            raise _Over
        if spoken and count == self.faults.expires_after:
            self.session.expire()
            raise _Over
        if say.stays_after is not None and count >= say.stays_after:
            await asyncio.Event().wait()
        seconds = self.session.pace * DELTA_MS / 1000 if spoken else 0
        await asyncio.sleep(max(seconds, ENDLESS_SECONDS) if self.faults.endless else seconds)

    async def _pieces(self, say: Say) -> Iterable[tuple[str, bytes]]:
        """Words and audio as they go out. Endless speech says the same again and again."""
        voice = self.session.voice
        audio = await voice(say.text) if voice and not say.ms else tone(say.lasts_ms)
        size = DELTA_MS * mulaw.BYTES_A_MS
        pieces = [audio[start : start + size] for start in range(0, len(audio), size)] or [b""]
        words, many = _words(say.text), len(pieces)
        whole = [
            ("".join(words[-(-place * len(words) // many) : -(-(place + 1) * len(words) // many)]), piece)
            for place, piece in enumerate(pieces)
        ]
        return itertools.cycle(whole) if self.faults.endless else iter(whole)

    async def _call(self, call: Call) -> None:
        text = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
        names = {"name": call.name, "call_id": self.session.name("call"), "arguments": ""}
        item = Item({"type": "function_call", "status": "in_progress", **names}, is_done=False)
        index = self._add(item)
        call_id = item.shown["call_id"]
        for start in range(0, len(text), 8):
            delta = text[start : start + 8]
            item.shown["arguments"] += delta
            self._tell("function_call_arguments.delta", item, index, call_id=call_id, delta=delta, obfuscation="xx")
            await asyncio.sleep(0)
        self._text_out += text_tokens(call.name + text)
        self._close(item, index, "completed")

    def _add(self, item: Item) -> int:
        item.shown = {"id": self.session.name("item"), **item.shown}
        index = len(self.output)
        self.output.append(item)
        self._open.append((item, index))
        told = {"response_id": self.id, "output_index": index}
        self.session.send("response.output_item.added", **told, item=dict(item.shown))
        if self.in_band:
            self.session.add(item)
        return index

    def _close(self, item: Item, index: int, status: str) -> None:
        self._open.remove((item, index))
        item.shown["status"], item.is_done = status, True
        if item.shown["type"] == "function_call":
            names = ("call_id", "name", "arguments") if self.faults.names_calls else ("call_id", "arguments")
            if status == "completed":
                told = {name: item.shown[name] for name in names}
                self._tell("function_call_arguments.done", item, index, **told, is_poor=not self.faults.names_calls)
        else:
            self._close_content(item, index)
        if self.in_band:
            self.session.done(item)
        told = {"response_id": self.id, "output_index": index}
        self.session.send("response.output_item.done", **told, item=item.shown)

    def _close_content(self, item: Item, index: int) -> None:
        content = item.shown["content"][0] if item.shown["content"] else {"type": "output_audio", "transcript": ""}
        if content["type"] == "output_audio":
            said = content["transcript"]
            self._tell("output_audio.done", item, index, content_index=0)
            self._tell("output_audio_transcript.done", item, index, content_index=0, transcript=said)
            part = {"type": "audio", "transcript": said}
        else:
            self._tell("output_text.done", item, index, content_index=0, text=content["text"])
            part = {"type": "text", "text": content["text"]}
        self._tell("content_part.done", item, index, content_index=0, part=part)

    def _tell(self, kind: str, item: Item, index: int, **fields: Any) -> None:
        self.session.send(f"response.{kind}", response_id=self.id, item_id=item.id, output_index=index, **fields)

    def _items(self) -> list[Item]:
        if self.given.get("input") is None:
            mine = {item.id for item in self.output}
            return [item for item in self.session.conversation.items if item.id not in mine]
        return [Item({"id": self.session.name("item"), **shown}) for shown in self.given["input"]]

    def _what_it_reads(self) -> list[tuple[Any, int, int]]:
        return before_it(self.setting("instructions") or "", self.setting("tools") or [], self._items())

    def _audio_out(self) -> int:
        return audio_tokens(self.audio_ms, ASSISTANT_MS)

    def _output(self) -> Frame:
        own = ((self.given.get("audio") or {}).get("output")) or {}
        return {**self.session.settings["audio"]["output"], **own}

    def _format(self) -> Frame:
        return dict(self._output()["format"])

    def _shown(self) -> Frame:
        output = self._output()
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": self.status,
            "status_details": None,
            "output": [dict(item.shown) for item in self.output],
            "conversation_id": self.session.conversation_id if self.in_band else None,
            "output_modalities": self.setting("output_modalities"),
            "max_output_tokens": self.setting("max_output_tokens"),
            "audio": {"output": {"format": output["format"], "voice": output["voice"]}},
            "usage": None,
            "metadata": self.given.get("metadata"),
        }


def _words(text: str) -> list[str]:
    """The words with the blank before each, so that they join to the text."""
    return [word if place == 0 else f" {word}" for place, word in enumerate(text.split(" "))]


async def _pause(seconds: float) -> None:
    if seconds == NEVER:
        await asyncio.Event().wait()
    await asyncio.sleep(seconds)
