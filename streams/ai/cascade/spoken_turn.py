"""One turn of an agent: sentences as they come, spoken one after the other, the next one made while the last plays."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import AgentAudio, ProviderError, Saying, Used

Speech = AsyncGenerator[bytes | Used, None]

AHEAD_MS = 5000  # of speech that is not yet heard; with more of it, the next sentence can wait
MADE = 200  # pieces of a sentence that wait to be said; a voice that makes more waits, too
LONGEST_MS = 60_000  # of one turn; it ends after the sentence in which that is over


class SpokenTurn:
    """Says sentences. `room` waits until so many milliseconds were heard; `lead_ms` is what is still to be heard.

    Whoever cancels it calls `spoken.cut` first, and hears nothing more of it. Clear `may_speak` to hold it back.
    """

    def __init__(
        self,
        speak: Callable[[str], Speech],
        *,
        give: Callable[[Saying], None],
        lead_ms: Callable[[], int],
        room: Callable[[int], Awaitable[None]],
    ) -> None:
        self._speak, self._give, self._lead_ms, self._room = speak, give, lead_ms, room
        self.spoken = Spoken()
        self.may_speak = asyncio.Event()
        self.may_speak.set()
        self.was_too_long = False
        self._waiting: deque[Clip] = deque()
        self._came = asyncio.Event()
        self._all_there = False
        self._failure: Exception | None = None
        self._clips: list[Clip] = []

    async def run(self, sentences: AsyncGenerator[str | Used, None]) -> None:
        """Say all of them. When they break off, what is whole is said before the error is raised."""
        reading = asyncio.create_task(self._read(sentences), name="cascade reading")
        try:
            while clip := await self._next():
                await self._say(clip)
                if self.spoken.ms >= LONGEST_MS:
                    self.was_too_long = True
                    break
        finally:
            reading.cancel()
            await asyncio.gather(reading, *(clip.stop() for clip in self._clips), return_exceptions=True)
        if self._failure and not self.was_too_long:
            raise self._failure
        if self._clips and not self.spoken.ms:
            raise ProviderError("The voice made no sound.")
        self.spoken.finish()

    async def _read(self, sentences: AsyncGenerator[str | Used, None]) -> None:
        try:
            async with aclosing(sentences) as written:
                async for sentence in written:
                    if isinstance(sentence, Used):
                        self._give(sentence)
                    else:
                        self._waiting.append(Clip(sentence, self._speak, self._give))
                    self._came.set()
        except Exception as error:
            self._failure = error
        self._all_there = True
        self._came.set()

    async def _next(self) -> "Clip | None":
        while not self._waiting:
            if self._all_there:
                return None
            self._came.clear()
            await self._came.wait()
        clip = self._waiting.popleft()
        if not clip.has_begun:
            await self._room(self._lead_ms() - AHEAD_MS)
            self._begin(clip)
        return clip

    def _begin(self, clip: "Clip") -> None:
        self._clips.append(clip)
        clip.begin()

    async def _say(self, clip: "Clip") -> None:
        self.spoken.begin(clip.text)
        before = self.spoken.ms
        async for piece in clip.pieces():
            await self.may_speak.wait()
            self.spoken.add(len(piece))
            self._give(AgentAudio(audio=piece))
            if self.spoken.ms - before >= LONGEST_MS:
                break
            if self._waiting and not self._waiting[0].has_begun and self._lead_ms() < AHEAD_MS:
                self._begin(self._waiting[0])
        self.spoken.end()


class Clip:
    """One sentence being made into sound, by a task of its own once it has begun.

    What that costs is told at once: it is paid for, also when nobody hears it any more.
    """

    def __init__(self, text: str, speak: Callable[[str], Speech], tell: Callable[[Used], None]) -> None:
        self.text, self._speak, self._tell = text, speak, tell
        self._made: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(MADE)
        self._making: asyncio.Task[None] | None = None

    @property
    def has_begun(self) -> bool:
        """True once it is being made."""
        return self._making is not None

    def begin(self) -> None:
        """Make it."""
        self._making = asyncio.create_task(self._make(), name="cascade voice")

    async def stop(self) -> None:
        """Make no more of it."""
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Its sound as it is made."""
        while (piece := await self._made.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def _make(self) -> None:
        try:
            async with aclosing(self._speak(self.text)) as speech:
                async for piece in speech:
                    if isinstance(piece, Used):
                        self._tell(piece)
                    else:
                        await self._made.put(piece)
        except Exception as error:
            await self._made.put(error)
        await self._made.put(None)
