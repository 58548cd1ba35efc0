"""ElevenLabs on loopback: text to speech, streamed as it is made, and the ways in which that fails.

Paths, headers and the shape of errors as `elevenlabs` 2.78 sends and reads them; the fields of a request are held
against the signature of the package's own method.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web
from elevenlabs.text_to_speech.client import AsyncTextToSpeechClient

from streams.audio import mulaw
from tests.standins import faults
from tests.standins.faults import Fault
from tests.standins.frames import WrongFrame, check_names
from tests.standins.sound import made_up

KEY = "xi-secret"
PIECE = 100 * mulaw.BYTES_A_MS

_STREAM = inspect.signature(AsyncTextToSpeechClient.stream).parameters
IN_THE_QUERY = {"enable_logging", "optimize_streaming_latency", "output_format"}
IN_THE_BODY = set(_STREAM) - IN_THE_QUERY - {"self", "voice_id", "request_options"}

# What the service answers, by the status it puts into `detail`.
REFUSALS = {
    "invalid_api_key": (401, "Invalid API key"),
    "quota_exceeded": (429, "This request exceeds your quota of 10000."),
    "quota_exceeded_401": (401, "This request exceeds your quota of 10000."),  # what older accounts are told
    "too_many_concurrent_requests": (429, "Too many concurrent requests."),
    "voice_not_found": (404, "A voice with that id was not found."),
    "model_not_found": (400, "A model with that id was not found."),
    "": (503, ""),
}


@dataclass(frozen=True)
class Trouble:
    """How one request goes wrong: refused with a status of `REFUSALS`, or after so many pieces of audio."""

    refused: str | None = None
    invalid: bool = False  # 422, with the list that validation gives
    slow: float = 0.0  # seconds before the first byte
    stalls_after: int | None = None
    drops_after: int | None = None

    @property
    def of_the_request(self) -> Fault:
        """What of it any service over HTTP may suffer."""
        return Fault(first_after=self.slow, stalls_after=self.stalls_after, drops_after=self.drops_after)


class ElevenLabs:
    """A `Part`. `troubles` are taken one a request, then all is well; `voice` makes mu-law of a text.

    With no `voices` every one exists, with the `key` "" any is right.
    """

    def __init__(
        self,
        *,
        voices: Iterable[str] = ("21m00Tcm4TlvDq8ikWAM",),
        troubles: Iterable[Trouble] = (),
        voice: Callable[[str], Awaitable[bytes]] = made_up,
        key: str = KEY,
    ) -> None:
        self.voices, self._troubles = tuple(voices), iter(troubles)
        self._voice, self._key = voice, key
        self.seen: list[dict] = []  # the requests: voice, query and body
        self.wrong: list[str] = []  # what the vendor's package would not have asked; tests want this empty

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [web.post("/v1/text-to-speech/{voice}/stream", self.stream)]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        body, voice = await request.json(), request.match_info["voice"]
        self.seen.append({"voice": voice, "query": dict(request.query), "body": body})
        trouble = next(self._troubles, Trouble())
        try:
            self._check(request, body)
        except WrongFrame as wrong:
            self.wrong.append(str(wrong))
            return invalid(str(wrong))
        key = request.headers.get("xi-api-key", "")
        if not key or self._key not in ("", key):
            return refusal("invalid_api_key")
        if trouble.refused is not None:
            return refusal(trouble.refused)
        if self.voices and voice not in self.voices:
            return refusal("voice_not_found")
        if trouble.invalid or not body["text"].strip():
            return invalid("text is empty")
        fault = trouble.of_the_request
        await faults.before(fault, request)
        return await faults.stream(request, fault, self._pieces(body["text"]), "audio/basic")

    def _check(self, request: web.Request, body: dict) -> None:
        check_names(request.query, IN_THE_QUERY)
        check_names(body, IN_THE_BODY)
        if not isinstance(body.get("text"), str):
            raise WrongFrame("text must be a text")
        if request.query.get("output_format") != "ulaw_8000":
            raise WrongFrame("this stand-in makes ulaw_8000 only")

    async def _pieces(self, text: str) -> AsyncIterator[bytes]:
        audio = await self._voice(text)
        for start in range(0, len(audio), PIECE):
            yield audio[start : start + PIECE]


def refusal(status: str) -> web.Response:
    code, message = REFUSALS[status]
    if not status:
        return web.Response(status=code, text="upstream connect error")
    said = {"status": status.removesuffix("_401"), "message": message}
    return web.json_response({"detail": said}, status=code)


def invalid(why: str) -> web.Response:
    return web.json_response({"detail": [{"loc": ["body", "text"], "msg": why, "type": "value_error"}]}, status=422)
