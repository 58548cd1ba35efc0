"""One speaker of a call between people: their track's audio goes to a recogniser, and what it hears is written down.

Pure. The recogniser keeps what it has not understood and takes care of its own troubles (`streams.ai.first_ears`); here
places in the audio become times of the call, and nothing is left that was understood only in part.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from streams.ai.provider import (
    HeardGap,
    HeardInterim,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    Listening,
    ListenOptions,
    ProviderError,
    Transcriber,
    Used,
    settled,
)
from streams.audio import mulaw
from streams.listening.track_clock import TrackClock

PIECE = 5 * mulaw.FRAME  # handed on at once: a fifth of the work of every frame by itself, for 80 ms
INTERIM_SECONDS = 0.25  # between two tellings of words that may change

log = logging.getLogger(__name__)


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time and timers; the running event loop is one."""

    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any) -> Timer: ...


class Voice:
    """One track. `at` makes seconds of the call out of the clock's; `note` and `interim` are the scribe's."""

    def __init__(
        self,
        who: str,
        transcriber: Callable[[], Transcriber],
        options: ListenOptions,
        *,
        clock: Clock,
        at: Callable[[float], float],
        note: Callable[..., None],
        interim: Callable[[str], None],
    ) -> None:
        self._who, self._transcriber, self._options = who, transcriber, options
        self._clock, self._at, self._note = clock, at, note
        self._news = Seldom(clock, interim)
        self._track = TrackClock()
        self._piece = bytearray()
        self._listening: Listening | None = None
        self._waiting = bytearray()  # until there is one
        self._gave_way = 0.0  # seconds of it
        self._so_far = ""  # understood, not final
        self._so_far_from: float | None = None  # where in the audio, in seconds
        self._heard_seconds = 0.0  # of audio came
        self._known_to = 0.0  # up to here it is known what was said
        self._is_over = False
        self._task = asyncio.create_task(self._listen(), name=f"scribe, {who}")

    def hear(self, audio: bytes) -> None:
        """The next frame."""
        if self._task.done() or self._is_over:
            return
        seconds = mulaw.seconds(audio)
        self._heard_seconds += seconds
        self._track.came(self._clock.time(), seconds)
        self._piece += audio
        if len(self._piece) >= PIECE:
            self._hand_on()

    def finish(self) -> None:
        """No more audio comes."""
        if self._is_over:
            return
        self._hand_on()
        self._is_over = True
        if self._listening is not None:
            self._listening.finish()

    async def ended(self, within: float) -> None:
        """Wait for the last words, but no longer than so many seconds."""
        try:
            await asyncio.wait({self._task}, timeout=within)
        finally:
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _hand_on(self) -> None:
        piece = bytes(self._piece)
        self._piece.clear()
        if self._listening is not None:
            self._listening.push(piece)
            return
        self._waiting += piece
        surplus = len(self._waiting) / mulaw.RATE - self._options.kept_seconds
        if surplus > 0:
            del self._waiting[: round(surplus * mulaw.RATE)]
            self._gave_way += surplus

    async def _listen(self) -> None:
        try:
            async with settled(self._transcriber().listen(self._options), self._used) as listening:
                self._take_up(listening)
                async for heard in listening:
                    self._take(heard)
        except ProviderError as error:
            self._deaf(str(error))
        except asyncio.CancelledError:  # it was given all the time there is
            self._rest_lost()
            raise
        except Exception:  # an adapter's own mistake is no worse than its refusal
            log.exception("A recogniser broke while it listened in.")
            self._deaf("The recogniser broke; the server's log says how.")
        finally:
            self._listening = None
            self._waiting.clear()
            self._leave()

    def _take_up(self, listening: Listening) -> None:
        if self._gave_way:
            self._lost(0.0, self._gave_way)
        listening.push(bytes(self._waiting))
        self._waiting.clear()
        self._listening = listening
        if self._is_over:
            listening.finish()

    def _take(self, heard: Hearing) -> None:
        match heard:
            case Used():
                self._used(heard)
            case HeardSpeech():
                self._so_far_from = self._heard_seconds
            case HeardInterim(text=text):
                self._so_far = text
                if self._so_far_from is None:
                    self._so_far_from = self._heard_seconds
                self._news.tell(text)
            case HeardGap(began_ms=began, ended_ms=ended, why=why):
                self._lost(self._place(began), self._place(ended), **({"why": why} if why else {}))
            case HeardUtterance(text=text, confidence=confidence, began_ms=began, ended_ms=ended):
                self._forget()
                self._known_to = self._place(ended)
                if text:
                    self._write(text, self._place(began), self._place(ended), confidence)

    def _place(self, milliseconds: int) -> float:
        """In the track's audio, in seconds, from a recogniser's count."""
        return milliseconds / 1000 + self._gave_way

    def _when(self, place: float) -> float:
        return self._at(self._track.at(place))

    def _write(self, text: str, began: float, ended: float, confidence: float, **more: Any) -> None:
        """One line; `began` and `ended` are places."""
        first, last = self._when(began), self._when(ended)
        sure = round(confidence, 3)
        self._note("overheard", who=self._who, text=text, began=first, ended=last, confidence=sure, **more)

    def _lost(self, began: float, ended: float, **more: Any) -> None:
        seconds = round(ended - began, 3)
        self._note("listening_lost", who=self._who, began=self._when(began), seconds=seconds, **more)

    def _rest_lost(self) -> None:
        """What nobody understood yet, nobody will; words that were understood in part are written down as such."""
        unknown_from = max(self._known_to, self._heard_seconds - self._options.kept_seconds)
        if not self._so_far and unknown_from < self._heard_seconds:
            self._lost(unknown_from, self._heard_seconds)

    def _deaf(self, why: str) -> None:
        self._rest_lost()
        self._note("listening_deaf", who=self._who, why=why)

    def _forget(self) -> None:
        """It became final."""
        self._so_far, self._so_far_from = "", None
        self._news.drop()

    def _leave(self) -> None:
        """Nothing becomes final any more."""
        text, began = self._so_far, self._so_far_from
        self._forget()
        if text:
            until = self._heard_seconds
            self._write(text, until if began is None else began, until, 0.0, unfinished=True)

    def _used(self, used: Used) -> None:
        self._note("used", **used.as_line())


class Seldom:
    """Tells the latest text, but not too often; the last one is told always, unless it is dropped."""

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        self._clock, self._tell = clock, tell
        self._next = clock.time()
        self._latest: str | None = None
        self._timer: Timer | None = None

    def tell(self, text: str) -> None:
        """At once, or when it is time again."""
        self._latest = text
        wait = self._next - self._clock.time()
        if wait <= 0:
            self._out()
        elif self._timer is None:
            self._timer = self._clock.call_later(wait, self._out)

    def drop(self) -> None:
        """What was not told is out of date."""
        self._latest = None
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _out(self) -> None:
        self._timer = None
        text, self._latest = self._latest, None
        if text is not None:
            self._next = self._clock.time() + INTERIM_SECONDS
            self._tell(text)
