"""The carrier's WebSocket beside a conversation: both speakers' audio comes in, and nothing ever goes out."""

import asyncio
import logging
from functools import partial
from typing import Any, cast

from streams import calls, handshake, lines, troubles
from streams.ai.provider import ProviderError
from streams.carrier_socket import CARRIED, CarrierSocket
from streams.carriers.carrier import AudioReceived, CarrierMessage, StreamStarted
from streams.desk import hearing, news, telling
from streams.event_log import Entry, writer
from streams.limits import Close
from streams.listening import ordering
from streams.listening.observing import Onlooker
from streams.listening.ordering import Beginning, ListenLine
from streams.listening.scribe import Scribe
from streams.listening.stopping import STOP
from streams.live_engines import LiveEngines
from streams.off_loop import query

log = logging.getLogger(__name__)

LAST_WORDS_WITHIN = 15.0  # seconds after the end of the stream that final words may still come
LAST_MOODS_WITHIN = 3.0  # seconds after those that the mood at the end may still be judged
WRITTEN_WITHIN = 5.0  # seconds that the end waits for the log

LISTENING: dict[str, "ListeningConsumer"] = {}  # the calls that this process listens to, by the carrier's name


class ListeningConsumer(CarrierSocket):
    """One listening stream of one call, and its scribe's host."""

    live = LISTENING
    _scribe: Scribe | None = None
    _onlooker: Onlooker | None = None
    _finishing: asyncio.Task[None] | None = None  # its last words
    _heard_frames = 0
    _began_at, _began = 0.0, 0.0  # seconds since the call was answered; by the clock
    _named, _why = "", ""  # what the carrier called it, and who closed it
    _failure = ""  # of a recogniser, the latest, in a sentence

    async def _answer(self, scope: Any) -> lines.Line | lines.Refusal:
        return await handshake.answer(scope, self._token, carried=len(CARRIED), find=ordering.find)

    def _bind(self, line: lines.Line, started: StreamStarted) -> Beginning | lines.Refusal:
        return ordering.bind(cast(ListenLine, line), started)

    def _begin(self, bound: Beginning) -> None:
        self._began_at, self._began, self._named = bound.at, self._clock.time(), self._stream_id
        line = cast(ListenLine, self._line)
        self._onlooker = Onlooker(line.call_pk, self._clock, stream=self._stream_id)
        engines = LiveEngines(self._engine_failed)
        self._scribe = Scribe(
            engines,
            began=bound.at,
            clock=self._clock,
            note=self._written,
            interim=self._interim,
            stream=self._stream_id,
            phrases=bound.phrases,
            language=bound.language,
            transcriber=bound.transcriber,
        )
        self._spawn(self._obey())
        self._note("listening_began", stream=self._stream_id, engine=engines.transcriber(bound.transcriber).name)
        self._scribe.start()

    def _receive(self, said: CarrierMessage) -> None:
        if isinstance(said, AudioReceived) and self._scribe is not None and self._line is not None:
            self._heard_frames += 1
            self._scribe.hear(said.track, said.audio)
            hearing.heard(self._line.call_pk, said.track, said.audio)

    # --- what is told of it -----------------------------------------------------------------------------------------

    def _note(self, kind: str, *, at: float | None = None, **data: Any) -> None:
        """One line of the call's log; the desk hears of it too."""
        line = cast(ListenLine, self._line)
        moment = self._now() if at is None else at
        entry = Entry(at=moment, kind=kind, step=line.step, data=data)
        writer.line(line.call_pk, entry)
        telling.line(line.call_pk, entry)
        if self._onlooker is not None:
            self._onlooker.line(entry)

    def _written(self, kind: str, **data: Any) -> None:
        """One line of the scribe's, who does not know why nobody heard something."""
        if kind == "listening_lost" and self._failure:
            data["why"] = " ".join([self._failure, *filter(None, [data.get("why")])])
        self._note(kind, **data)

    def _interim(self, who: str, text: str) -> None:
        if self._line is not None:
            news.tell(self._line.call_pk, "interim", who=who, text=text)

    def _engine_failed(self, ability: str, engine: str, error: ProviderError) -> None:
        self._failure = str(error)
        about: dict[str, Any] = {"ability": ability, "engine": engine, "fault": error.fault, "what": self._failure}
        self._note("engine_failed", **about, stream=self._named)
        writer.then(partial(troubles.note, cast(ListenLine, self._line).call_pk, about))

    def _now(self) -> float:
        """Seconds since the call was answered."""
        return self._began_at + self._clock.time() - self._began

    # --- the end ----------------------------------------------------------------------------------------------------

    async def _obey(self) -> None:
        """Close when the conversation is over, or somebody at the desk has heard enough."""
        line = cast(ListenLine, self._line)
        async for asked in news.asked(line.call_pk):
            act = asked.get("act")
            if act in (STOP, news.JOINED) and await self._was_over(line):  # a late word may mean the stream before
                self._close(Close.DONE)

    async def _was_over(self, line: ListenLine) -> bool:
        try:
            return not await query(ordering.is_wanted, line.order_pk)
        except Exception:  # a database that is away: a worker ends the stream by request
            log.exception("Whether a conversation goes on could not be found out.")
            return False

    def _shut(self) -> None:
        """Last words are waited for from now on, also where another socket takes the place of this one, which died."""
        self._why = self._ended_by
        scribe, self._scribe = self._scribe, None
        if scribe is not None:
            self._finishing = self._clock.create_task(self._finish(scribe, cast(ListenLine, self._line)))

    def _frames(self) -> int:
        return self._heard_frames

    def _release(self, line: lines.Line, stream_id: str, **how: Any) -> None:
        ordering.release(cast(ListenLine, line), stream_id, **how)

    async def _last_words(self) -> None:
        if self._finishing is not None:
            await self._finishing

    async def _finish(self, scribe: Scribe, line: ListenLine) -> None:
        """Final words may come long after the last frame; the call's record waits for the line that says it is over."""
        try:
            await scribe.finish(LAST_WORDS_WITHIN)
            if self._onlooker is not None:
                await self._onlooker.finish(LAST_MOODS_WITHIN)
        finally:
            self._note("listening_ended", stream=self._named, why=self._why)
        await asyncio.wait([writer.stored()], timeout=WRITTEN_WITHIN)
        try:
            await query(calls.ring, line.call_pk)
        except Exception:
            log.exception("The worker was not rung after the last words; the sweeper will.")
