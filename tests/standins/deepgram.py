"""Deepgram's live listening on loopback, and the ways in which it fails.

It finds speech by the loudness of mu-law, in audio time: what it sends depends on the audio alone, not on how fast that
comes. What it hears is what the test says, one text an utterance, or what a recogniser makes of the audio.

Rules from developers.deepgram.com: `speech_final` after `endpointing` ms of silence, `UtteranceEnd` after
`utterance_end_ms` without words, NET-0001 after ten seconds with neither audio nor KeepAlive, one answer a Configure.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType, web

from tests.standins.deepgram_frames import REQUEST, check_query, checked, metadata, results, taken
from tests.standins.faults import hang_up
from tests.standins.frames import WrongFrame
from tests.standins.listening import FRAME_MS, Listening

KEY = "dg-secret"
LOUD = 250  # mean magnitude of a frame with speech in it
STARTS_AFTER_MS = 100
INTERIM_MS = 300
PATIENCE_SECONDS = 5.0  # of a test that waits for a message
SEGMENT_MS = 3000  # of speech or silence without a pause; then that much is final

Heard = Callable[[bytes, tuple[str, ...]], Awaitable[tuple[str, float]]]

REFUSALS = {400: "Bad Request", 401: "INVALID_AUTH", 402: "ASR_PAYMENT_REQUIRED", 429: "TOO_MANY_REQUESTS", 503: ""}


@dataclass(frozen=True)
class Trouble:
    """How one connection goes wrong."""

    status: int = 0  # answered to the handshake
    silent: bool = False  # accepts, and never answers the handshake
    drop_after_ms: int | None = None  # of audio: the connection is gone without a word
    close_after_ms: int | None = None  # of audio: closed in order, with
    close: tuple[int, str] = (1011, "NET-0000")
    deaf: bool = False  # finds speech, and no words in it
    noisy: bool = False  # never sees a pause: only UtteranceEnd tells
    garbage: bool = False  # messages that mean nothing, between the right ones
    finals_late: float = 0.0  # seconds
    repeats: bool = False  # says twice what is final
    no_configure: bool = False  # as in the European and Australian regions


class Deepgram:
    """A `Part`. `troubles` are taken one a connection, then all is well. With the `key` "" any is right."""

    def __init__(
        self,
        *,
        texts: Iterable[str] = (),
        hears: Heard | None = None,
        troubles: Iterable[Trouble] = (),
        idle_seconds: float = 10.0,
        confidence: float = 0.96,
        key: str = KEY,
        in_parts: bool = False,
    ) -> None:
        """`in_parts`: what the recogniser hears is final part by part, too, not only what the test says."""
        self._texts, self._hears, self._troubles = iter(texts), hears, iter(troubles)
        self.idle_seconds, self.confidence, self._key = idle_seconds, confidence, key
        self.in_parts = in_parts
        self.queries: list[dict[str, list[str]]] = []
        self.seen: list[dict] = []  # messages of the client's; audio is counted in `heard_bytes`
        self._arrived = asyncio.Event()  # set, and replaced, at each of them
        self.sent: list[dict] = []
        self.heard_bytes: list[int] = []  # by connection
        self.closed_with: list[int | None] = []
        self.wrong: list[str] = []  # what the vendor's package would not have sent; tests want this empty

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [web.get("/v1/listen", self.listen)]

    def note(self, frame: dict) -> None:
        """A client sent this."""
        self.seen.append(frame)
        arrived, self._arrived = self._arrived, asyncio.Event()
        arrived.set()

    async def until_seen(self, kind: str, times: int = 1) -> None:
        """Wait until clients have sent so many messages of this type. In the stand-in's own loop."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while [frame["type"] for frame in self.seen].count(kind) < times:
                await self._arrived.wait()

    async def listen(self, request: web.Request) -> web.StreamResponse:
        trouble = next(self._troubles, Trouble())
        if trouble.silent:
            await asyncio.Event().wait()
        try:
            check_query(request.query)
        except WrongFrame as wrong:
            self.wrong.append(str(wrong))
            return refusal(400)
        key = request.headers.get("Authorization", "").removeprefix("Token ")
        if trouble.status or not key or self._key not in ("", key):
            return refusal(trouble.status or 401)
        self.queries.append({name: request.query.getall(name) for name in request.query})
        self.heard_bytes.append(0)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        stream = Stream(self, socket, request, trouble)
        try:
            await stream.run()
        finally:
            self.closed_with.append(socket.close_code)
        return socket

    async def what_was_said(self, audio: bytes, phrases: tuple[str, ...]) -> tuple[str, float]:
        """The next text of the script, or what the recogniser says."""
        if self._hears:
            return await self._hears(audio, phrases)
        return next(self._texts, ""), self.confidence


class Stream:
    """One connection."""

    def __init__(self, part: Deepgram, socket: web.WebSocketResponse, request: web.Request, trouble: Trouble) -> None:
        self._part, self._socket, self._request, self._trouble = part, socket, request, trouble
        query = request.query
        self._interim = query.get("interim_results") == "true"
        self._vad_events = query.get("vad_events") == "true"
        self._endpointing = int(query.get("endpointing", 10))
        self._utterance_end = int(query.get("utterance_end_ms", 0))
        self._keyterms = tuple(query.getall("keyterm", ()))
        self._listening = Listening()
        self._cut_off_at = 0.0  # by the loop's clock, unless audio or a KeepAlive comes before
        self._ms = 0  # of audio
        self._from_ms = 0  # where the segment that is not final yet begins
        self._began: int | None = None
        self._audio = bytearray()
        self._text, self._confidence, self._told = "", 0.0, 0  # what is being said, words of it already final
        self._last_word: int | None = None  # its end, until UtteranceEnd told of it

    async def run(self) -> None:
        if self._trouble.garbage:
            for odd in ("{", "[]", '"x"', '{"type":"Novelty","channel":7}', '{"type":"Results"}', "null"):
                await self._socket.send_str(odd)
        self._is_alive()
        while True:
            try:
                async with asyncio.timeout_at(self._cut_off_at):
                    message = await self._socket.receive()
            except TimeoutError:
                await self._socket.close(code=1011, message=b"NET-0001")
                return
            if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
                return
            if message.type is WSMsgType.BINARY:
                await self._take(message.data)
            else:
                await self._told_to(message.data)
            if self._socket.closed or self._request.transport is None:
                return

    def _is_alive(self) -> None:
        self._cut_off_at = asyncio.get_running_loop().time() + self._part.idle_seconds

    async def _take(self, audio: bytes) -> None:
        self._is_alive()
        self._part.heard_bytes[-1] += len(audio)
        if not audio:  # an empty message means the end, as CloseStream does
            await self._finish()
            return
        for frame in self._listening.frames(audio, LOUD):
            await self._frame(frame)
            if await self._goes_wrong():
                return

    async def _goes_wrong(self) -> bool:
        trouble = self._trouble
        if trouble.drop_after_ms is not None and self._ms >= trouble.drop_after_ms:
            hang_up(self._request)
            return True
        if trouble.close_after_ms is not None and self._ms >= trouble.close_after_ms:
            code, reason = trouble.close
            await self._socket.close(code=code, message=reason.encode())
            return True
        return False

    async def _told_to(self, text: str) -> None:
        try:
            frame = taken(text)
        except WrongFrame as wrong:
            self._part.wrong.append(str(wrong))
            await self._send(checked(type="Error", variant="SchemaError", description="Could not parse", message=text))
            return
        self._part.note(frame)
        match frame["type"]:
            case "KeepAlive":
                self._is_alive()
            case "Finalize":
                await self._final(speech_final=False, asked=True)
            case "CloseStream":
                await self._finish()
            case "Configure" if self._trouble.no_configure:
                said = {"code": "CONFIGURE_KEYTERMS_NOT_SUPPORTED", "description": "not in this region"}
                await self._send(checked(type="ConfigureFailure", request_id=REQUEST, **said))
            case "Configure":
                self._keyterms = tuple(frame.get("keyterms") or ())
                await self._send(checked(type="ConfigureSuccess", request_id=REQUEST, keyterms=list(self._keyterms)))

    async def _finish(self) -> None:
        await self._final(speech_final=False, asked=True)
        await self._send(metadata(self._ms / 1000))
        await self._socket.close(code=WSCloseCode.OK)

    async def _frame(self, frame: bytes) -> None:
        self._ms += FRAME_MS
        self._audio += frame
        if self._began is None:
            await self._wait()
            return
        spoken = self._ms - self._began
        if self._interim and self._listening.loud_ms and spoken % INTERIM_MS == 0:
            await self._results(self._so_far(spoken), self._ms)
        if not self._trouble.noisy and self._listening.quiet_ms >= self._endpointing:
            await self._final(speech_final=True)
        elif self._utterance_end and self._listening.quiet_ms >= self._utterance_end:
            await self._final(speech_final=False)
        elif self._ms - self._from_ms >= SEGMENT_MS and (self._part.in_parts or not self._part._hears):
            await self._segment()

    async def _wait(self) -> None:
        if self._listening.loud_ms >= STARTS_AFTER_MS:
            self._began = self._ms - self._listening.loud_ms
            if self._vad_events:
                await self._send(checked(type="SpeechStarted", channel=[0], timestamp=self._began / 1000))
            if not self._part._hears:
                self._text, self._confidence = await self._part.what_was_said(b"", self._keyterms)
        elif self._last_word is not None and self._utterance_end:
            if self._ms - self._last_word >= self._utterance_end:
                await self._utterance_ended()
        elif self._ms - self._from_ms >= SEGMENT_MS:
            await self._results("", self._ms, final=True)

    def _so_far(self, spoken: int) -> str:
        return " ".join(self._text.split()[self._told :][: max(1, spoken // 300)])

    async def _segment(self) -> None:
        if self._part._hears:
            self._text, self._confidence = await self._part.what_was_said(bytes(self._audio), self._keyterms)
            self._audio.clear()
            await self._results(self._text, self._ms, final=True)
            self._text, self._began = "", self._ms
            return
        words = self._so_far(self._ms - self._began).split()
        await self._results(" ".join(words), self._ms, final=True)
        self._told += len(words)
        self._began = self._ms

    async def _final(self, *, speech_final: bool, asked: bool = False) -> None:
        if self._began is None:
            if asked:
                await self._results("", self._ms, final=True, asked=True)
            return
        if self._part._hears:
            self._text, self._confidence = await self._part.what_was_said(bytes(self._audio), self._keyterms)
            if self._text and self._interim:
                await self._results(self._text, self._ms)
        await asyncio.sleep(self._trouble.finals_late)
        text = " ".join(self._text.split()[self._told :])
        until = max(self._began + FRAME_MS, self._ms - self._listening.quiet_ms)
        await self._results(text, until, final=True, speech_final=speech_final, asked=asked)
        self._last_word = until if text and not self._trouble.deaf else None
        self._began, self._text, self._told = None, "", 0
        self._audio.clear()
        if self._last_word is not None and self._utterance_end and self._ms - self._last_word >= self._utterance_end:
            await self._utterance_ended()

    async def _utterance_ended(self) -> None:
        await self._send(checked(type="UtteranceEnd", channel=[0, 1], last_word_end=self._last_word / 1000))
        self._last_word = None

    async def _results(self, text: str, words_to: int, *, final=False, speech_final=False, asked=False) -> None:
        began = self._began if self._began is not None else self._from_ms
        frame = results(
            "" if self._trouble.deaf else text,
            start=self._from_ms / 1000,
            end=self._ms / 1000,
            words_from=began / 1000,
            words_to=words_to / 1000,
            confidence=self._confidence,
            final=final,
            speech_final=speech_final,
            asked=asked,
        )
        if final:
            self._from_ms = self._ms
        await self._send(frame)
        if final and self._trouble.repeats:
            await self._send(frame)

    async def _send(self, frame: dict) -> None:
        if self._socket.closed:
            return
        self._part.sent.append(frame)
        try:
            await self._socket.send_str(json.dumps(frame))
        except ConnectionError:
            return


def refusal(status: int) -> web.Response:
    said = {"err_code": REFUSALS.get(status, ""), "err_msg": "refused", "request_id": REQUEST}
    return web.json_response(said, status=status)
