"""Ears that change: the first recogniser that can listen, and the next when it breaks. A `Transcriber` of others.

What was not understood lies on a tape, and whoever takes over hears it again. Where every word counts (`ListenOptions`)
that is a minute of it; a recogniser that hears keywords only (`free_speech`) then merely stands in until a better one
can be had again, which hears anew what it could not make out, if that is still there; the rest is told as a gap. When
none is left they are all asked again, later.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

from flows.engine.languages import base
from streams.ai.fallback import TRIES, MayUse, Report, always, provider_error, tell_nobody
from streams.ai.provider import (
    HeardGap,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    Listening,
    ListenOptions,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    Transcriber,
    Used,
    settled,
)
from streams.ai.tellings import Tellings
from streams.ai.untold import Untold

AGAIN_MS = 2000  # of what was not yet understood, for the ears that take over
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before they are all asked again; the last of them from then on
ONLY_KEYWORDS = "Only a recogniser of keywords was there, and could not make it out."
BETTER_SECONDS = 15.0  # that a recogniser of keywords stands in for before a better one is asked again


class FirstEars:
    """The first of several transcribers that can listen, and the next when it breaks. All must take the same format."""

    def __init__(self, *rungs: Transcriber, report: Report = tell_nobody, may_use: MayUse = always) -> None:
        self._rungs, self._report, self._may_use = rungs, report, may_use
        self.name, self.takes, self.can = rungs[0].name, rungs[0].takes, rungs[0].can

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator[Listening]:
        """As the first that can; where every word counts, also when none can be had yet."""
        able = [rung for rung in self._rungs if base(options.language) in map(base, rung.can.languages)]
        if not able:
            raise ProviderRefused(f"No recogniser that is set up understands {options.language}.")
        listening = FirstListening(tuple(able), options, self._report, self._may_use)
        try:
            if not options.every_word:
                await listening.opened()
            yield listening
        finally:
            await listening.close()


class FirstListening:
    """One caller. One task opens, hears and leaves the engines, one after the other."""

    def __init__(self, rungs: tuple[Transcriber, ...], options: ListenOptions, report: Report, may_use: MayUse) -> None:
        self._rungs, self._options, self._report, self._may_use = rungs, options, report, may_use
        self._heard = Tellings[Hearing]()
        self._known = asyncio.Event()  # whether any engine can be had
        self._can_be_had = False
        self._now: Listening | None = None
        self._tape = Untold(round(options.kept_seconds * 1000) if options.every_word else AGAIN_MS)
        self._from_ms = 0  # where the audio of the engine in use begins
        self._speech_from_ms: int | None = None  # of what is being said
        self._was_told = False  # of the speech that began before the engine in use took over
        self._is_finishing = self._is_told = False
        self._better_at = 0.0  # when to look for a better one, by the loop's clock
        self._back_to: Transcriber | None = None
        self._not_made_out: tuple[int, int] | None = None  # by who stands in: from the first such word to the last
        self._passes = 0  # through all of them, since something was understood
        self._failure: ProviderError = ProviderUnavailable("There is nothing left to listen with.")
        self._task = asyncio.create_task(self._run(), name="ears that change")

    async def opened(self) -> None:
        """Wait for the first engine; raises `ProviderError` when none can be had."""
        await self._known.wait()
        if not self._can_be_had:
            raise self._failure

    def push(self, audio: bytes) -> None:
        """The caller's audio, for whoever listens now; what comes while nobody does waits."""
        if self._task.done():
            return
        self._tape.push(audio, is_heard=self._now is not None)
        if self._now is not None:
            self._now.push(audio)

    def expect(self, phrases: tuple[str, ...]) -> None:
        """These are the likely phrases, for every engine."""
        self._options = replace(self._options, phrases=phrases)
        if self._now is not None:
            self._now.expect(phrases)

    def finish(self) -> None:
        """No more comes; whoever listens now, or takes over, tells the rest."""
        self._is_finishing = True
        if self._now is not None:
            self._now.finish()

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
        """Ask one after the other. A lost connection is the engine's own matter (`live_ears`): here a pass through all
        of them is waited after, without an end where every word counts, for nobody waits for an answer."""
        while not self._is_told:
            asked, may_help = 0, False
            for rung in self._to_ask():
                await self._use(rung)
                if self._is_told or self._back_to:
                    break
                asked, may_help = asked + 1, may_help or self._failure.retryable
            else:
                may_help = may_help or asked < len(self._rungs)  # some rest, and may be well after it
                if not (self._options.every_word and may_help):
                    self._tell_not_made_out()
                    self._heard.fail(self._failure)
                    self._known.set()
                    return
                await asyncio.sleep(PAUSES[min(self._passes, len(PAUSES) - 1)])
                self._passes += 1
        self._heard.end()

    def _to_ask(self) -> Iterator[Transcriber]:
        """One by one, when it comes to them; from the better one that was found, if one was."""
        first, self._back_to = self._back_to, None
        for rung in self._rungs:
            if rung is first:
                first = None
                yield rung
            elif first is None and self._may_use(rung.name):
                yield rung

    async def _use(self, rung: Transcriber) -> None:
        """Until it fails for good, or a better one was found, or all is told."""
        for _ in range(TRIES):
            had = False
            try:
                async with settled(rung.listen(self._options), self._heard.put) as listening:
                    had = True
                    self._report(rung.name, None)
                    self._take_over(listening, rung)
                    async for heard in listening:
                        self._hear(heard, rung)
                        if isinstance(heard, HeardUtterance) and self._finds_better(rung):
                            return
                if self._is_finishing:
                    self._tell_not_made_out()
                    self._is_told = True
                    return
                raise ProviderUnavailable(f"{rung.name} stopped listening.")
            except Exception as error:
                self._failure = provider_error(rung.name, error)
                self._report(rung.name, self._failure)
                if (had and not self._options.every_word) or not self._failure.retryable:
                    return
            finally:
                self._now = None

    def _take_over(self, listening: Listening, rung: Transcriber) -> None:
        if rung.can.free_speech:
            self._tell_not_made_out(until_ms=self._tape.began_ms)  # it hears the rest
        lost = self._tape.lost(self._speech_from_ms) if self._options.every_word else None
        if lost:
            self._heard.put(lost)
        self._from_ms = self._tape.began_ms
        if audio := self._tape.audio:
            listening.push(audio)
        self._now, self._can_be_had = listening, True
        self._was_told = self._speech_from_ms is not None
        self._better_at = asyncio.get_running_loop().time() + BETTER_SECONDS
        self._known.set()
        if self._is_finishing:
            listening.finish()

    def _finds_better(self, rung: Transcriber) -> bool:
        """Between two utterances: where this one only stands in, is there one again that writes down everything?"""
        now = asyncio.get_running_loop().time()
        if not self._options.every_word or rung.can.free_speech or self._is_finishing or now < self._better_at:
            return False
        self._better_at = now + BETTER_SECONDS
        better = (one for one in self._rungs[: self._rungs.index(rung)] if one.can.free_speech)
        self._back_to = next((one for one in better if self._may_use(one.name)), None)
        return self._back_to is not None

    def _hear(self, heard: Hearing, rung: Transcriber) -> None:
        match heard:
            case HeardSpeech():
                if self._speech_from_ms is None:
                    self._speech_from_ms = self._tape.ended_ms
                if self._was_told:
                    self._was_told = False
                    return
            case HeardUtterance() | HeardGap():
                began, ended = heard.began_ms + self._from_ms, heard.ended_ms + self._from_ms
                heard = replace(heard, began_ms=began, ended_ms=ended)
                if isinstance(heard, HeardUtterance):
                    self._understood(heard, rung)
        self._heard.put(heard)

    def _understood(self, heard: HeardUtterance, rung: Transcriber) -> None:
        self._speech_from_ms, self._was_told, self._passes = None, False, 0
        if rung.can.free_speech or not self._options.every_word:
            self._tape.understood(heard.ended_ms)
        elif heard.text:
            self._tape.silence(heard.began_ms, heard.ended_ms)
        elif any(better.can.free_speech for better in self._rungs[: self._rungs.index(rung)]):
            first = self._not_made_out[0] if self._not_made_out else heard.began_ms
            self._not_made_out = (first, heard.ended_ms)

    def _tell_not_made_out(self, until_ms: int | None = None) -> None:
        """What who stands in could not make out, and nobody hears any more: up to this place, or all of it."""
        span, self._not_made_out = self._not_made_out, None
        ended = min(span[1], span[1] if until_ms is None else until_ms) if span else 0
        if span and span[0] < ended:
            self._heard.put(HeardGap(began_ms=span[0], ended_ms=ended, why=ONLY_KEYWORDS))
