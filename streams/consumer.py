"""The carrier's WebSocket: text frames to a `CallSession`, and back. The only file that imports channels."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from channels.consumer import AsyncConsumer

from streams import handshake, lines, lookups, orders, troubles
from streams.ai.provider import ProviderError
from streams.carriers.carrier import AudioReceived, Codec, StreamStarted, StreamStopped, Unusable
from streams.carriers.plivo import PlivoCodec
from streams.desk import hearing, news, telling
from streams.event_log import Entry, writer
from streams.limits import Close, FrameLimits
from streams.live_engines import LiveEngines
from streams.off_loop import query
from streams.session import CallSession

log = logging.getLogger(__name__)

START_WITHIN = 5.0  # seconds from the accepted handshake to the start message
BEAT_SECONDS = 10.0
HOLD_EVERY = 2.0  # seconds of silence a caller is left in while what comes next cannot be stored
HAND_OVER_WITHIN = 15.0  # seconds; then the carrier is let go on, and the last step may be begun again
LAST_WORDS_WITHIN = 8.0  # seconds after the end of the stream that a transcript may still come
WRITTEN_WITHIN = 5.0  # seconds that the end of a stream waits for its log

Message = Mapping[str, Any]
LIVE: dict[str, "CallConsumer"] = {}  # the calls of this process, by the carrier's name for them


class CallConsumer(AsyncConsumer):
    """One socket of one call, and the session's host.

    Messages are taken straight from the server in one loop. Channels' own dispatch would wait for the one database
    thread before every message, so a slow query anywhere would delay the audio of every call in the process.
    """

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        """Serve one connection from handshake to close."""
        self._send = send
        self._out: deque[Message] = deque()
        self._wake = asyncio.Event()
        self._codec: Codec = PlivoCodec()
        self._limits = FrameLimits()
        self._clock = asyncio.get_running_loop()
        news.opened()
        self._session: CallSession | None = None
        self._ended: CallSession | None = None
        self._line: lines.Line | None = None
        self._stream_id = ""
        self._background: set[asyncio.Task[None]] = set()
        self._closing = False
        self._heard_at = self._clock.time()
        self._start_timer: asyncio.TimerHandle | None = None
        try:
            while True:
                message = await receive()
                match message["type"]:
                    case "websocket.receive":
                        await self._frame(message)
                    case "websocket.connect":
                        await self._connect(scope)
                    case "websocket.disconnect":
                        break
        finally:
            await self._gone()
            if self._ended is not None:
                await self._ended.last_words(LAST_WORDS_WITHIN)

    async def _connect(self, scope: Any) -> None:
        self._token = scope["url_route"]["kwargs"]["token"]
        answer = await handshake.answer(scope, self._token, carried=len(LIVE))
        if isinstance(answer, lines.Refusal):
            log.warning("A stream was refused: %s.", answer.reason)
            await self._send({"type": "websocket.close", "code": answer.code})
            return
        self._line = answer
        await self._send({"type": "websocket.accept"})
        self._spawn(self._pump())
        self._start_timer = self._clock.call_later(START_WITHIN, self._close, Close.NO_START)

    # --- frames in ----------------------------------------------------------------------------------------------

    async def _frame(self, message: Message) -> None:
        text = message.get("text")
        now = self._clock.time()
        self._heard_at = now
        code = self._limits.admit(len(text or message.get("bytes") or b""), now)
        if code:
            self._close(code)
        elif text is None:
            self._refuse()  # carriers speak in text
        elif not self._closing:
            await self._take(text)
        if self._out:
            await self._flush()

    async def _take(self, text: str) -> None:
        said = self._codec.decode(text)
        session = self._session
        match said:
            case AudioReceived() if session is not None and self._line is not None:
                session.receive(said)
                hearing.heard(self._line.call_pk, hearing.INBOUND, said.audio)
            case Unusable(ends_stream=True, reason=reason):
                log.warning("A stream was refused: %s.", reason)
                self._close(Close.UNKNOWN_FORMAT)
            case Unusable():
                self._refuse()
            case StreamStarted() if session is None:
                await self._start(said)
            case StreamStarted():
                self._refuse()
            case StreamStopped():
                self._close(Close.DONE)
            case _ if session is not None:
                session.receive(said)
            case _:
                self._refuse()

    def _refuse(self) -> None:
        """One more frame that is of no use; too many close the socket."""
        code = self._limits.refuse()
        if code:
            self._close(code)

    async def _start(self, started: StreamStarted) -> None:
        """The first message: tie the stream to its call, and begin."""
        line = self._line
        if line is None:
            return
        self._stop_waiting()
        await self._evict_silent(line.call_uuid)
        self._stream_id = started.stream_id
        try:
            brief = await query(lines.bind, line, self._token, started)
        except Exception:  # the database, or a version that cannot be read: the continue URL knows a way on
            log.exception("A stream could not be tied to its call.")
            self._close(Close.OUR_MISTAKE)
            return
        if isinstance(brief, lines.Refusal):
            log.warning("A stream was refused: %s.", brief.reason)
            self._stream_id = ""
            self._close(brief.code)
            return
        LIVE[line.call_uuid] = self
        self._session = CallSession(
            brief, codec=self._codec, engines=LiveEngines(self._engine_failed), host=self, clock=self._clock
        )
        self._session.speaker.overheard_by = partial(hearing.heard, line.call_pk, hearing.OUTBOUND)
        self._spawn(self._beat(line.call_pk))
        self._session.start()

    def _stop_waiting(self) -> None:
        """The start came, or never will."""
        if self._start_timer:
            self._start_timer.cancel()

    async def _evict_silent(self, call_uuid: str) -> None:
        """A socket of the same call that has said nothing for a second is a dead one: the carrier dialled anew."""
        other = LIVE.get(call_uuid)
        if other is not None and self._clock.time() - other._heard_at > 1.0:
            other._close(Close.ALREADY_LIVE)
            await other._flush()
            await other._gone()

    def _engine_failed(self, ability: str, engine: str, error: ProviderError) -> None:
        if self._session is not None:
            self._session.note("engine_failed", ability=ability, engine=engine, fault=error.fault, what=str(error))

    # --- the session's host: plain functions ------------------------------------------------------------------------

    def send(self, frame: str) -> None:
        """Put one text frame on the socket."""
        self._give({"type": "websocket.send", "text": frame})

    def log(self, *, at: float, kind: str, step: str, data: Mapping[str, Any]) -> None:
        """Keep one line of the call's log."""
        if self._line is None:
            return
        entry = Entry(at=at, kind=kind, step=step, data=data)
        writer.line(self._line.call_pk, entry)
        telling.line(self._line.call_pk, entry)
        if kind == "engine_failed":
            writer.then(partial(troubles.note, self._line.call_pk, data))

    def entered(self, state: Mapping[str, Any]) -> None:
        """Keep the engine's state."""
        if self._line is not None:
            writer.set(self._line.call_pk, state=dict(state))

    def order(self, kind: str, **what: Any) -> None:
        """Have it done behind the log, which outlives the socket and a database that restarts."""
        if self._line is not None:
            writer.order(self._line.call_pk, partial(orders.ORDERS[kind], self._line.call_pk, **what))

    async def will_be_sent(self, name: str) -> bool:
        """Whether the text message of this name, ordered before, may be sent."""
        return self._line is not None and await orders.will_be_sent(self._line.call_pk, name)

    async def is_noted(self, step: str) -> bool:
        """Whether the wish of this step to be called back, ordered before, is kept."""
        return self._line is not None and await orders.is_noted(self._line.call_pk, step)

    async def look_up(self, lookup: str, fields: Mapping[str, str]) -> Mapping[str, str] | None:
        """Ask a lookup for this call."""
        if self._line is None:
            return None
        return await lookups.look_up(self._line.call_pk, lookup, fields)

    def leave(self, state: Mapping[str, Any], pending: Mapping[str, Any]) -> None:
        """Keep what the carrier must do next, then close the socket: it asks at once."""
        if self._line is None:
            return
        writer.set(self._line.call_pk, state=dict(state), pending=dict(pending))
        self._spawn(self._close_when_written())

    async def _close_when_written(self) -> None:
        """The carrier asks as soon as the socket closes: what to answer must be stored. Meanwhile the caller waits."""
        stored, give_up = writer.stored(), self._clock.time() + HAND_OVER_WITHIN
        while not stored.done() and self._clock.time() < give_up:
            await asyncio.wait([stored], timeout=HOLD_EVERY)
            if not stored.done() and self._session is not None:
                self._session.ask_to_hold()
        if not stored.done():
            log.error("The log of a call was not stored in time; its last step may be begun again.")
        self._close(Close.DONE)

    # --- frames out -------------------------------------------------------------------------------------------------

    def _give(self, message: Message) -> None:
        if not self._closing:  # nothing follows a close
            self._out.append(message)
            self._wake.set()

    def _close(self, code: int) -> None:
        self._give({"type": "websocket.close", "code": code})
        self._closing = True

    async def _pump(self) -> None:
        """Send what timers and tasks produced; frames that answer a frame are sent by its own turn of the loop."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._flush()

    async def _flush(self) -> None:
        while self._out:
            await self._send(self._out.popleft())

    async def _beat(self, call_pk: int) -> None:
        """Signs of life, from which the sweeper knows that this call is not forgotten."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            writer.beat([call_pk])

    # --- the end ----------------------------------------------------------------------------------------------------

    def _spawn(self, work: Any) -> None:
        task = self._clock.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _gone(self) -> None:
        """The socket is gone, however it went: end the stream, and leave nothing behind."""
        self._stop_waiting()
        for task in self._background:
            task.cancel()
        session, self._session = self._session, None
        self._ended = session or self._ended
        stream_id, self._stream_id = self._stream_id, ""
        if self._line is not None and LIVE.get(self._line.call_uuid) is self:
            del LIVE[self._line.call_uuid]
        if session is not None:
            session.note("stream_closed", by="us" if self._closing else "carrier")
            session.close()
        await asyncio.gather(*self._background, return_exceptions=True)
        if session is not None:
            await session.closed()
            # the carrier may dial again at once, and goes on from what is stored
            await asyncio.wait([writer.stored()], timeout=WRITTEN_WITHIN)
        if self._line is not None and stream_id:
            await self._release(self._line, stream_id, frames=session.frames if session else 0)

    async def _release(self, line: lines.Line, stream_id: str, *, frames: int) -> None:
        """Store that the stream is over, also when it was given up while it was tied to its call."""
        unusable, at = self._limits.unusable, datetime.now(UTC)
        try:
            await query(lines.release, line.call_pk, stream_id, frames=frames, unusable=unusable, at=at)
        except Exception:
            log.exception("The end of a stream was not stored; the sweeper will find it.")
