"""The stand-in as a part of the server: who may connect, and what is remembered for the test."""

import asyncio
import itertools
from collections import deque
from collections.abc import Iterable, MutableSequence
from dataclasses import dataclass

from aiohttp import web

from tests.standins import faults
from tests.standins.openai_realtime.brain import Brain, Recogniser, Scripted, ScriptedHearing, Turn, Voice
from tests.standins.openai_realtime.faults import NONE, Faults
from tests.standins.openai_realtime.session import Session
from tests.standins.openai_realtime.wire import Frame

LARGEST = 16 * 1024 * 1024  # bytes of one frame; the service takes 15 MiB of audio
PATIENCE_SECONDS = 5.0  # of a test that waits for a frame
CLOSE_SECONDS = 1.0  # that a client may take to say goodbye, too
CODES = {401: "invalid_api_key", 403: "unsupported_country_region_territory", 429: "rate_limit_exceeded"}
NOT_REALTIME = ("gpt-", "whisper", "tts", "gpt-realtime-whisper")


@dataclass(frozen=True)
class Handshake:
    """How a client asked to be let in. The key itself is not kept."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class RealtimeStandin:
    """OpenAI's Realtime API on loopback.

    It says `turns` one after another, or what `brain` decides; understands `hears` one after another, or what
    `hearing` finds; speaks with `voice`, or in tones. `pace` is how many seconds a second of speech takes to make.
    With a `key`, every other is refused; `key_refused_at_handshake` as some gateways do it. `remembers` is how many
    frames are kept of each kind; tests keep them all.
    """

    def __init__(
        self,
        turns: Iterable[Turn] = (),
        *,
        hears: Iterable[str] = (),
        brain: Brain | None = None,
        hearing: Recogniser | None = None,
        voice: Voice | None = None,
        faults: Faults = NONE,
        pace: float = 0.0,
        key: str = "",
        key_refused_at_handshake: bool = False,
        remembers: int | None = None,
    ) -> None:
        self.brain: Brain = brain or Scripted(turns)
        self.hearing: Recogniser = hearing or ScriptedHearing(hears)
        self.voice, self.faults, self.pace = voice, faults, pace
        self._key, self._key_refused_at_handshake = key, key_refused_at_handshake
        self.seen: MutableSequence[Frame] = [] if remembers is None else deque(maxlen=remembers)
        self.sent: MutableSequence[Frame] = [] if remembers is None else deque(maxlen=remembers)
        self.wrong: list[tuple[Frame, str]] = []  # what only a mistake of ours can have sent, and why it is wrong
        self.handshakes: list[Handshake] = []
        self.sessions: list[Session] = []
        self._numbers = itertools.count(1)
        self._responses = 0
        self._arrived = asyncio.Event()  # set, and replaced, at each frame

    def routes(self) -> list[web.RouteDef]:
        """The one address."""
        return [web.get("/v1/realtime", self._connect)]

    def name(self, prefix: str) -> str:
        """A new id."""
        return f"{prefix}_{next(self._numbers):06}"

    def note(self, frame: Frame) -> None:
        """A client sent this."""
        self.seen.append(frame)
        arrived, self._arrived = self._arrived, asyncio.Event()
        arrived.set()

    async def until_seen(self, kind: str, times: int = 1) -> Frame:
        """Wait until clients have sent so many frames of this type, and give the latest. In the stand-in's own loop."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := [frame for frame in self.seen if frame.get("type") == kind]) < times:
                await self._arrived.wait()
        return found[-1]

    def is_response_faulty(self) -> bool:
        """Whether the next response, which is counted by this, suffers what it may."""
        self._responses += 1
        return self._responses <= self.faults.responses

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        key = headers.get("authorization", "").removeprefix("Bearer ")
        if "authorization" in headers:
            headers["authorization"] = "Bearer ..."
        self.handshakes.append(Handshake(request.path, dict(request.query), headers))
        suffers = self.faults if len(self.handshakes) <= self.faults.connections else NONE
        if suffers.never_answers:
            await asyncio.Event().wait()
        if suffers.status:
            return _no(suffers.status, suffers.retry_after)
        wrong_key = bool(self._key) and key != self._key
        if not key or (wrong_key and self._key_refused_at_handshake):
            return _no(401)
        socket = web.WebSocketResponse(max_msg_size=LARGEST, timeout=CLOSE_SECONDS, heartbeat=20.0)
        await socket.prepare(request)
        session = Session(self, socket, request, suffers)
        self.sessions.append(session)
        wrong = "invalid_api_key" if wrong_key else _refused(request)
        await session.serve(suffers.closes_with or wrong)
        return socket


def _refused(request: web.Request) -> str:
    """The code for a socket that is opened only to be closed; "" when all is well."""
    model, intent = request.query.get("model", ""), request.query.get("intent", "")
    if "OpenAI-Beta" in request.headers:
        return "beta_api_shape_disabled"
    if intent == "transcription":
        return "invalid_model" if model else ""
    if not model:
        return "missing_model"
    if model.startswith("gpt-realtime") and model != "gpt-realtime-whisper":
        return ""
    return "invalid_model" if model.startswith(NOT_REALTIME) else "model_not_found"


def _no(status: int, retry_after: str = "") -> web.Response:
    return faults.refusal(status, CODES.get(status, "server_error"), retry_after=retry_after)
