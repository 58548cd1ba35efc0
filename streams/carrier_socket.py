"""What every socket of the carrier has in common, whether its call is talked with or only listened to."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, ClassVar

from channels.consumer import AsyncConsumer

from streams import lines
from streams.carriers.carrier import AudioReceived, CarrierMessage, Codec, StreamStarted, StreamStopped, Unusable
from streams.carriers.plivo import PlivoCodec
from streams.desk import news
from streams.event_log import writer
from streams.limits import Close, FrameLimits
from streams.off_loop import query

log = logging.getLogger(__name__)

START_WITHIN = 5.0  # seconds from the accepted handshake to the start message
BEAT_SECONDS = 10.0
LEAVES_WITHIN = 2.0  # seconds that a socket which is gone may take to store it, before another one takes its place

Message = Mapping[str, Any]
CARRIED: set["CarrierSocket"] = set()  # the sockets of this process that are tied to a call, of every kind


class CarrierSocket(AsyncConsumer):
    """One socket of one call.

    Messages are taken straight from the server in one loop. Channels' own dispatch would wait for the one database
    thread before every message, so a slow query anywhere would delay the audio of every call in the process.
    """

    live: ClassVar[dict[str, Any]]  # the sockets of this kind in this process, by the carrier's name for their call
    is_tied = False  # whether the stream belongs to a call, so that frames are of use

    # --- what a kind of socket adds ---------------------------------------------------------------------------------

    async def _answer(self, scope: Any) -> lines.Line | lines.Refusal:
        """The line that this handshake opens."""
        raise NotImplementedError

    def _bind(self, line: lines.Line, started: StreamStarted) -> Any:
        """Tie the stream to its call: what `_begin` is given, or a `lines.Refusal`. Sync, off the loop."""
        raise NotImplementedError

    def _begin(self, bound: Any) -> None:
        """The stream is tied to its call."""
        raise NotImplementedError

    def _receive(self, said: CarrierMessage) -> None:
        """A message on a stream that is tied to its call. Plain and quick: it runs for every frame of audio."""
        raise NotImplementedError

    def _shut(self) -> None:
        """The socket is gone: end what runs at once."""

    async def _wound_up(self) -> None:
        """Wait for what must be over before the stream's end is stored."""

    def _frames(self) -> int:
        """How many frames of audio came."""
        raise NotImplementedError

    def _release(self, line: lines.Line, stream_id: str, **how: Any) -> None:
        """Store that the stream is over. Sync, off the loop."""
        raise NotImplementedError

    async def _last_words(self) -> None:
        """What may still come once the stream is over and its end is stored."""

    # --- the loop ---------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        """Serve one connection from handshake to close."""
        self._send = send
        self._out: deque[Message] = deque()
        self._wake = asyncio.Event()
        self._codec: Codec = PlivoCodec()
        self._limits = FrameLimits()
        self._clock = asyncio.get_running_loop()
        news.opened()
        self._line: lines.Line | None = None
        self._stream_id = ""
        self._background: set[asyncio.Task[None]] = set()
        self._closing = self._is_stopped = False
        self._left = asyncio.Event()
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
            await self._last_words()

    async def _connect(self, scope: Any) -> None:
        self._token = scope["url_route"]["kwargs"]["token"]
        answer = await self._answer(scope)
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
        match said:
            case AudioReceived() if self.is_tied:
                self._receive(said)
            case Unusable(ends_stream=True, reason=reason):
                log.warning("A stream was refused: %s.", reason)
                self._close(Close.UNKNOWN_FORMAT)
            case Unusable():
                self._refuse()
            case StreamStarted() if not self.is_tied:
                await self._start(said)
            case StreamStarted():
                self._refuse()
            case StreamStopped():
                self._is_stopped = True
                self._close(Close.DONE)
            case _ if self.is_tied:
                self._receive(said)
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
        await self._take_the_place_of_another(line.call_uuid)
        self._stream_id = started.stream_id
        try:
            bound = await query(self._bind, line, started)
        except Exception:  # the database, or a version that cannot be read: the continue URL knows a way on
            log.exception("A stream could not be tied to its call.")
            self._close(Close.OUR_MISTAKE)
            return
        if isinstance(bound, lines.Refusal):
            log.warning("A stream was refused: %s.", bound.reason)
            self._stream_id = ""
            self._close(bound.code)
            return
        self.live[line.call_uuid] = self
        CARRIED.add(self)
        self._spawn(self._beat(line.call_pk))
        self.is_tied = True
        self._begin(bound)

    def _stop_waiting(self) -> None:
        """The start came, or never will."""
        if self._start_timer:
            self._start_timer.cancel()

    async def _take_the_place_of_another(self, call_uuid: str) -> None:
        """The carrier dialled anew: a socket of the same call that has said nothing for a second is a dead one, and one
        that is gone is waited for, or this one would be refused for it."""
        other = self.live.get(call_uuid)
        if other is None:
            return
        if not other.is_tied:
            with suppress(TimeoutError):
                async with asyncio.timeout(LEAVES_WITHIN):
                    await other._left.wait()
        elif self._clock.time() - other._heard_at > 1.0:
            other._close(Close.ALREADY_LIVE)
            await other._flush()
            await other._gone()

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
            with suppress(Exception):  # whatever the server raises when the carrier has just gone: it tells us next
                await self._send(self._out.popleft())

    async def _beat(self, call_pk: int) -> None:
        """Signs of life, from which the sweeper knows that this call is not forgotten."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            writer.beat([call_pk])

    # --- the end ----------------------------------------------------------------------------------------------------

    @property
    def _ended_by(self) -> str:
        """Who ended the stream, us or the carrier, which may say so before it closes."""
        return "us" if self._closing and not self._is_stopped else "carrier"

    def _spawn(self, work: Any) -> None:
        task = self._clock.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _gone(self) -> None:
        """The socket is gone, however it went: end the stream, and leave nothing behind."""
        self._stop_waiting()
        for task in self._background:
            task.cancel()
        was_tied, self.is_tied = self.is_tied, False
        stream_id, self._stream_id = self._stream_id, ""
        CARRIED.discard(self)
        try:
            if was_tied:
                self._shut()
            await asyncio.gather(*self._background, return_exceptions=True)
            if was_tied:
                await self._wound_up()
            if self._line is not None and stream_id:
                await self._over(self._line, stream_id, frames=self._frames() if was_tied else 0)
        finally:
            self._left.set()
            if self._line is not None and self.live.get(self._line.call_uuid) is self:
                del self.live[self._line.call_uuid]

    async def _over(self, line: lines.Line, stream_id: str, *, frames: int) -> None:
        """Store that a stream is over, also when it was given up while it was tied to its call."""
        unusable, at = self._limits.unusable, datetime.now(UTC)
        try:
            await query(self._release, line, stream_id, frames=frames, unusable=unusable, at=at)
        except Exception:
            log.exception("The end of a stream was not stored; the sweeper will find it.")
