"""The carrier's WebSocket of a call that we talk with: text frames to a `CallSession`, and back."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from streams import handshake, lines, lookups, orders, troubles
from streams.ai.provider import ProviderError
from streams.brief import Brief
from streams.carrier_socket import CARRIED, CarrierSocket
from streams.carriers.carrier import AudioReceived, CarrierMessage, StreamStarted
from streams.desk import asks, hearing, telling
from streams.event_log import Entry, writer
from streams.limits import Close
from streams.listening.observing import Onlooker
from streams.live_engines import LiveEngines
from streams.session import CallSession

log = logging.getLogger(__name__)

HOLD_EVERY = 2.0  # seconds of silence a caller is left in while what comes next cannot be stored
HAND_OVER_WITHIN = 15.0  # seconds; then the carrier is let go on, and the last step may be begun again
LAST_WORDS_WITHIN = 8.0  # seconds after the end of the stream that a transcript may still come
WRITTEN_WITHIN = 5.0  # seconds that the end of a stream waits for its log

LIVE: dict[str, "CallConsumer"] = {}  # the calls of this process, by the carrier's name for them


class CallConsumer(CarrierSocket):
    """One socket of one call, and the session's host."""

    live = LIVE
    _session: CallSession | None = None
    _ended: CallSession | None = None
    _onlooker: Onlooker | None = None

    async def _answer(self, scope: Any) -> lines.Line | lines.Refusal:
        return await handshake.answer(scope, self._token, carried=len(CARRIED))

    def _bind(self, line: lines.Line, started: StreamStarted) -> Brief | lines.Refusal:
        return lines.bind(line, self._token, started)

    def _begin(self, brief: Brief) -> None:
        if self._line is not None:
            self._onlooker = Onlooker(self._line.call_pk, self._clock)
        self._session = CallSession(
            brief, codec=self._codec, engines=LiveEngines(self._engine_failed), host=self, clock=self._clock
        )
        if self._line is not None:
            self._session.speaker.overheard_by = partial(hearing.heard, self._line.call_pk, hearing.OUTBOUND)
            self._spawn(asks.listen(self._line.call_pk, self._session.feed, self._session.directing.take))
        self._session.start()

    def _receive(self, said: CarrierMessage) -> None:
        if self._session is None or self._line is None:
            return
        self._session.receive(said)
        if isinstance(said, AudioReceived):
            hearing.heard(self._line.call_pk, hearing.INBOUND, said.audio)

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
        if self._onlooker is not None:
            self._onlooker.line(entry)
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

    # --- the end ----------------------------------------------------------------------------------------------------

    def _shut(self) -> None:
        self._ended, self._session = self._session, None
        if self._ended is not None:
            self._ended.note("stream_closed", by=self._ended_by)
            self._ended.close()

    async def _wound_up(self) -> None:
        if self._ended is not None:
            await self._ended.closed()
            # the carrier may dial again at once, and goes on from what is stored
            await asyncio.wait([writer.stored()], timeout=WRITTEN_WITHIN)

    def _frames(self) -> int:
        return self._ended.frames if self._ended else 0

    def _release(self, line: lines.Line, stream_id: str, **how: Any) -> None:
        lines.release(line.call_pk, stream_id, **how)

    async def _last_words(self) -> None:
        if self._ended is not None:
            await self._ended.last_words(LAST_WORDS_WITHIN)
        if self._onlooker is not None:
            await self._onlooker.finish(0)
