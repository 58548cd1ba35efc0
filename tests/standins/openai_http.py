"""OpenAI over HTTP: text by both of its APIs, speech, transcriptions, and the list of models.

    standin = OpenAIHTTP(script("Good morning.", Says(calls=(("end_conversation", {"outcome": "done"}),))))
    async with serving(standin) as address:   # base_url is f"{address}/v1"

`seen` is what it was asked, `wrong` what OpenAI would not have understood: a test ends with `wrong == []`. `faults`
come one a request, `broken` with every one.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from aiohttp import web
from openai.types import Model
from openai.types.chat import completion_create_params as chat_params
from openai.types.responses import response_create_params as response_params

from tests.standins import faults, openai_frames, openai_sounds
from tests.standins.faults import Fault
from tests.standins.frames import WrongFrame, check, check_params
from tests.standins.openai_model import Asked, Brain, Json, Says, ScriptOver, Tokens, count
from tests.standins.openai_refusals import hold_chat, hold_response, hold_schemas
from tests.standins.sound import made_up

KEY = "sk-standin"
MODELS = {  # and when each ends
    "gpt-6-luna": None,
    "gpt-6-sol": None,
    "gpt-5-nano": "2026-12-11",
    "gpt-4o-mini-tts": "2027-01-06",
    "gpt-transcribe": None,
    "gpt-realtime-2.1-mini": None,
}
GREETS = "Hello, this is the stand-in."


@dataclass(frozen=True)
class Seen:
    """One request. Headers are without the key; `port` is the other end of its connection."""

    path: str
    port: int
    body: Json
    headers: dict[str, str]


@dataclass
class OpenAIHTTP:
    """A `Part`. With the key "" it takes any key and any model. `counts` is False for a server that tells no usage;
    `pace` are seconds between pieces. `hear` (wav -> text) may have to be awaited; `voice` makes mu-law of a text.
    """

    brain: Brain = lambda asked: Says(text=GREETS)
    key: str = KEY
    models: dict[str, str | None] = field(default_factory=lambda: dict(MODELS))
    counts: bool = True
    pace: float = 0.0
    hear: Callable[[bytes], Any] = lambda wav: "Hello, are you open today?"
    voice: Callable[[str], Awaitable[bytes]] = made_up
    faults: list[Fault] = field(default_factory=list)
    broken: Fault | None = None
    seen: list[Seen] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    told: list[tuple[str, Tokens]] = field(default_factory=list)  # the usage of each answer, and its model
    left: int = 0  # streams that were closed by whoever asked, before their end
    _known: set[str] = field(default_factory=set)

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """What it answers."""
        return [
            web.post("/v1/responses", self._answering(self._responses)),
            web.post("/v1/chat/completions", self._answering(self._chat)),
            web.post("/v1/audio/speech", self._answering(self._speech)),
            web.post("/v1/audio/transcriptions", self._answering(self._transcriptions)),
            web.get("/v1/models", self._answering(self._list)),
            web.get("/v1/models/{name}", self._answering(self._model)),
        ]

    def _answering(self, answer: Callable[..., Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            fault = self._fault(request.path)
            try:
                body = await openai_sounds.read(request)
            except (WrongFrame, ValueError) as error:
                return self._refuse(error)
            headers = {name.lower(): text for name, text in request.headers.items() if name.lower() != "authorization"}
            port = request.transport.get_extra_info("peername")[1] if request.transport else 0
            self.seen.append(Seen(request.path, port, body, headers))
            instead = None if fault.body is not None and body.get("stream") else await faults.before(fault, request)
            if instead is not None:
                return instead
            if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
                return faults.refusal(401, "invalid_api_key", "Incorrect API key provided.")
            if self.key and request.method == "POST" and body.get("model") not in self.models:
                return faults.refusal(404, "model_not_found", f"The model `{body.get('model')}` does not exist.")
            try:
                return await answer(request, body, fault)
            except (WrongFrame, ScriptOver) as error:
                return self._refuse(error)

        return handle

    def _refuse(self, error: Exception) -> web.Response:
        self.wrong.append(str(error))
        return faults.refusal(400, "invalid_request", str(error))

    def _fault(self, path: str) -> Fault:
        for fault in self.faults:
            if path.endswith(fault.path):
                self.faults.remove(fault)
                return fault
        return self.broken if self.broken and path.endswith(self.broken.path) else Fault()

    async def _responses(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        streamed = body.get("stream")
        which = "ResponseCreateParamsStreaming" if streamed else "ResponseCreateParamsNonStreaming"
        check_params(getattr(response_params, which), body)
        hold_response(body)
        asked, effort = openai_frames.asked_by_responses(body), (body.get("reasoning") or {}).get("effort")
        number, says, tokens = await self._think(asked, effort)
        if not streamed:
            return web.json_response(openai_frames.response(number, asked, says, tokens, body))
        frames = openai_frames.response_events(number, asked, says, tokens, body)
        failure = faults.event(openai_frames.failure(number, asked, body, fault.code or "server_error"))
        return await self._stream(request, fault, map(faults.event, frames), failure)

    async def _chat(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        streamed = body.get("stream")
        which = "CompletionCreateParamsStreaming" if streamed else "CompletionCreateParamsNonStreaming"
        check_params(getattr(chat_params, which), body)
        hold_chat(body)
        asked, effort = openai_frames.asked_by_chat(body), body.get("reasoning_effort")
        number, says, tokens = await self._think(asked, effort)
        if not streamed:
            answer = openai_frames.completion(number, asked, says, tokens)
            return web.json_response(answer if self.counts else {**answer, "usage": None})
        counted = tokens if self.counts and (body.get("stream_options") or {}).get("include_usage") else None
        frames = [faults.event(one, named=False) for one in openai_frames.chunks(number, asked, says, counted)]
        failure = f"data: {json.dumps({'error': {'message': 'It failed.', 'code': fault.code}})}\n\n".encode()
        return await self._stream(request, fault, iter([*frames, b"data: [DONE]\n\n"]), failure)

    async def _think(self, asked: Asked, effort: str | None) -> tuple[int, Says, Any]:
        hold_schemas(asked)
        says = await _made(self.brain(asked))
        tokens = count(asked, says, effort=effort, known=asked.instructions in self._known)
        self._known.add(asked.instructions)
        self.told.append((asked.model, tokens))
        return len(self.seen), says, tokens

    async def _speech(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        openai_sounds.check_speech(body)
        content_type, pieces = openai_sounds.speech(body, openai_sounds.from_mulaw(await self.voice(body["input"])))
        return await self._stream(request, fault, pieces, content_type=content_type)

    async def _transcriptions(self, request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
        seconds = openai_sounds.seconds_of(body["file"])
        text = await _made(self.hear(body["file"]))
        if body.get("stream") == "true":
            return await self._stream(request, fault, openai_sounds.transcript_events(text))
        return web.json_response(openai_sounds.transcription(text, seconds))

    async def _list(self, request: web.Request, body: Json, fault: Fault) -> web.Response:
        return web.json_response({"object": "list", "data": [self._described(name) for name in self.models]})

    async def _model(self, request: web.Request, body: Json, fault: Fault) -> web.Response:
        name = request.match_info["name"]
        if name not in self.models:
            return faults.refusal(404, "model_not_found", f"The model '{name}' does not exist.")
        return web.json_response(self._described(name))

    def _described(self, name: str) -> Json:
        made = {"id": name, "object": "model", "created": 1_790_000_000, "owned_by": "openai"}
        ends = {"shutdown_date": self.models[name]}
        check(Model, {**made, **ends})
        return {**made, **ends}

    async def _stream(
        self,
        request: web.Request,
        fault: Fault,
        pieces: Iterator[bytes],
        failure: bytes = b"",
        content_type: str = "text/event-stream",
    ) -> web.StreamResponse:
        answer = await faults.stream(request, fault, self._paced(pieces), content_type, failure)
        self.left += request.transport is None or request.transport.is_closing()
        return answer

    async def _paced(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(self.pace)


async def _made(made: Any) -> Any:
    return await made if isawaitable(made) else made
