"""The ladder when an engine fails: the same one once more, when that may help, then the next. Wrappers, not branches.

Each wrapper is itself an engine. Once a caller has heard a first sound there is no way back: a sentence that begins
twice is worse than a failure the flow knows how to handle. Ears may be changed at any time.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

from streams.ai.provider import (
    Fault,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    Listening,
    ListenOptions,
    Owed,
    ProviderError,
    ProviderTimedOut,
    ProviderUnavailable,
    Synthesizer,
    Transcriber,
    Used,
    forgiven,
    settled,
)
from streams.ai.tellings import Tellings
from streams.audio.mulaw import BYTES_A_MS

log = logging.getLogger(__name__)

TRIES = 2  # of one engine, when the same request may succeed a moment later
FIRST_SOUND = 2.5  # seconds
AGAIN_MS = 2000  # of what was not yet understood, for the ears that take over

Report = Callable[[str, ProviderError | None], None]  # this engine failed so, or did its work
MayUse = Callable[[str], bool]
END: Any = object()


def tell_nobody(engine: str, error: ProviderError | None) -> None:
    """A `Report` that goes nowhere."""


def always(engine: str) -> bool:
    """A `MayUse` that lets no engine rest."""
    return True


class FirstVoice:
    """The first of several synthesizers that can speak. All must give the same format.

    One that makes no sound within `first_sound` seconds is left for the next.
    """

    def __init__(
        self,
        *rungs: Synthesizer,
        report: Report = tell_nobody,
        may_use: MayUse = always,
        first_sound: float = FIRST_SOUND,
    ) -> None:
        self._rungs, self._report, self._may_use, self._first_sound = rungs, report, may_use, first_sound
        self.name, self.gives, self.voices = rungs[0].name, rungs[0].gives, rungs[0].voices

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """As the first that can. `voice` is a name of the first; the others use their own for the language."""
        failed = None
        for rung in filter(lambda rung: self._may_use(rung.name), self._rungs):
            for _ in range(TRIES):
                begun = False
                speech = rung.speak(text, voice=voice if rung is self._rungs[0] else "", language=language, owed=owed)
                try:
                    async with aclosing(self._in_time(rung, speech)) as pieces:
                        async for piece in pieces:
                            if isinstance(piece, bytes) and not begun:
                                begun = True
                                self._report(rung.name, None)
                            yield piece
                    return
                except Exception as error:
                    failed = _provider_error(rung.name, error)
                    self._report(rung.name, failed)
                    if begun:
                        raise failed from error
                    if not failed.retryable or failed.fault is Fault.SLOW:
                        break
        raise failed or ProviderUnavailable("There is no voice to speak with.")

    async def _in_time(
        self, rung: Synthesizer, speech: AsyncGenerator[bytes | Used, None]
    ) -> AsyncGenerator[bytes | Used, None]:
        by: float | None = asyncio.get_running_loop().time() + self._first_sound
        async with aclosing(speech):
            while True:
                try:
                    async with asyncio.timeout_at(by):
                        piece = await anext(speech, END)
                except TimeoutError as error:
                    late = f"{rung.name} made no sound within {self._first_sound:g} seconds."
                    raise ProviderTimedOut(late) from error
                if piece is END:
                    return
                by = None if isinstance(piece, bytes) else by
                yield piece


class FirstEars:
    """The first of several transcribers that can listen, and the next when it breaks. All must take the same format."""

    def __init__(self, *rungs: Transcriber, report: Report = tell_nobody, may_use: MayUse = always) -> None:
        self._rungs, self._report, self._may_use = rungs, report, may_use
        self.name, self.takes, self.can = rungs[0].name, rungs[0].takes, rungs[0].can

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator[Listening]:
        """As the first that can."""
        rungs = filter(lambda rung: self._may_use(rung.name), self._rungs)  # asked one by one, when it comes to them
        listening = FirstListening(rungs, options, self._report)
        try:
            await listening.opened()
            yield listening
        finally:
            await listening.close()


class FirstListening:
    """One caller. One task opens, hears and leaves the engines, one after the other."""

    def __init__(self, rungs: Iterable[Transcriber], options: ListenOptions, report: Report) -> None:
        self._rungs, self._options, self._report = rungs, options, report
        self._heard = Tellings[Hearing]()
        self._known = asyncio.Event()  # whether any engine can be had
        self._can_be_had = False
        self._now: Listening | None = None
        self._tape = bytearray()  # the latest that was not understood
        self._pushed = 0
        self._from_ms = 0  # where the audio of the engine in use begins
        self._speech_began = False
        self._was_told = False  # of the speech that began before the engine in use took over
        self._failure: ProviderError | None = None
        self._task = asyncio.create_task(self._run(), name="ears that change")

    async def opened(self) -> None:
        """Wait for the first engine; raises `ProviderError` when none can be had."""
        await self._known.wait()
        if not self._can_be_had and self._failure:
            raise self._failure

    def push(self, audio: bytes) -> None:
        """The caller's audio, for whoever listens now; what comes while nobody does waits."""
        if self._task.done():
            return
        self._pushed += len(audio)
        self._tape += audio
        del self._tape[: -AGAIN_MS * BYTES_A_MS]
        if self._now is not None:
            self._now.push(audio)

    def expect(self, phrases: tuple[str, ...]) -> None:
        """These are the likely phrases, for every engine."""
        self._options = replace(self._options, phrases=phrases)
        if self._now is not None:
            self._now.expect(phrases)

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told, of all engines that listened."""
        return self._heard.owing()

    def __aiter__(self) -> AsyncIterator[Hearing]:
        return aiter(self._heard)

    async def close(self) -> None:
        """Stop; the iteration ends."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._heard.close()

    async def _run(self) -> None:
        self._failure = ProviderUnavailable("There is nothing left to listen with.")
        for rung in self._rungs:
            for _ in range(TRIES):
                had = False
                try:
                    async with settled(rung.listen(self._options), self._heard.put) as listening:
                        had = True
                        self._report(rung.name, None)
                        self._take_over(listening)
                        async for heard in listening:
                            self._hear(heard)
                    raise ProviderUnavailable(f"{rung.name} stopped listening.")
                except Exception as error:
                    self._now = None
                    self._failure = _provider_error(rung.name, error)
                    self._report(rung.name, self._failure)
                    if had or not self._failure.retryable:
                        break
        self._heard.fail(self._failure)
        self._known.set()

    def _take_over(self, listening: Listening) -> None:
        self._from_ms = (self._pushed - len(self._tape)) // BYTES_A_MS
        if self._tape:
            listening.push(bytes(self._tape))
        self._now, self._can_be_had = listening, True
        self._was_told = self._speech_began
        self._known.set()

    def _hear(self, heard: Hearing) -> None:
        if isinstance(heard, HeardSpeech):
            self._speech_began = True
            if self._was_told:
                self._was_told = False
                return
        elif isinstance(heard, HeardUtterance):
            self._speech_began = self._was_told = False
            heard = replace(heard, began_ms=heard.began_ms + self._from_ms, ended_ms=heard.ended_ms + self._from_ms)
            understood = heard.ended_ms * BYTES_A_MS - (self._pushed - len(self._tape))
            del self._tape[: max(0, understood)]
        self._heard.put(heard)


def _provider_error(engine: str, error: Exception) -> ProviderError:
    if isinstance(error, ProviderError):
        return error
    log.error("%s broke.", engine, exc_info=error)  # an adapter's own mistake: the next may do better
    return ProviderError(f"{engine} broke.")
