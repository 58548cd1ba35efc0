"""Listening over a connection that may break: what engines that hear over a network have in common. Pure.

The caller's audio lies on a tape until the engine has understood it for good. When the connection is lost, another one
is opened, once, and the tape is sent again from the first moment that was not final: nothing is lost, and what was
final is not heard twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from streams.ai.provider import HeardGap, HeardUtterance, Hearing, ListenOptions, ProviderError, Used
from streams.ai.tellings import Tellings
from streams.audio.mulaw import BYTES_A_MS

AT_ONCE = 1000 * BYTES_A_MS  # of what is sent again: word of the first comes back while the last is under way
TAPE_BYTES = 15_000 * BYTES_A_MS  # who says more without a final word loses the oldest


class Tape:
    """Mu-law on its way to an engine. Positions are bytes since the first that was pushed."""

    def __init__(self, limit: int = TAPE_BYTES) -> None:
        self._limit = limit
        self._audio = bytearray()
        self._start = 0  # the position of what is oldest on the tape
        self._next = 0  # the position of what is sent next
        self._origin = 0  # the position that the engine's own clock counts from
        self._settled = 0  # up to here it is understood for good
        self._gap: tuple[int, int] | None = None  # of what nobody hears any more
        self._unbilled = 0

    @classmethod
    def of(cls, options: ListenOptions) -> "Tape":
        """As long as is asked for."""
        return cls(round(options.kept_seconds * 1000) * BYTES_A_MS)

    @property
    def began_ms(self) -> int:
        """Where what is on it begins."""
        return self._start // BYTES_A_MS

    @property
    def audio(self) -> bytes:
        """All that is on it."""
        return bytes(self._audio)

    @property
    def pushed_ms(self) -> int:
        """How much the caller's side has given."""
        return (self._start + len(self._audio)) // BYTES_A_MS

    @property
    def settled_ms(self) -> int:
        """Up to where it is understood for good, speech or silence."""
        return self._settled // BYTES_A_MS

    @property
    def sent_ms(self) -> int:
        """Up to where it was sent on this connection."""
        return self._next // BYTES_A_MS

    @property
    def unbilled_seconds(self) -> float:
        """What was sent since `bill`."""
        return self._unbilled / BYTES_A_MS / 1000

    def push(self, audio: bytes) -> None:
        """Put audio at the end; the oldest gives way when the tape is full."""
        self._audio += audio
        self._forget(len(self._audio) - self._limit)

    def unsent(self, most: int | None = None) -> bytes:
        """What was not sent on this connection, no more than so many bytes; it counts as sent from here on."""
        self._origin += max(0, self._start - self._next)  # the engine never hears of what gave way
        self._gave_way(max(self._next, self._settled))
        first = max(0, self._next - self._start)
        audio = bytes(self._audio[first : None if most is None else first + most])
        self._next = self._start + first + len(audio)
        self._unbilled += len(audio)
        return audio

    def settle(self, until_ms: int) -> None:
        """Everything up to here, on our clock, is understood for good."""
        self._settled = max(self._settled, until_ms * BYTES_A_MS)
        self._forget(until_ms * BYTES_A_MS - self._start)

    def last(self, milliseconds: int) -> bytes:
        """What was sent last."""
        end = max(0, self._next - self._start)
        return bytes(self._audio[max(0, end - milliseconds * BYTES_A_MS) : end])

    def rewind(self) -> None:
        """A new connection: send again what is not settled, and let the engine's clock begin there."""
        self._gave_way(self._settled)
        self._next = self._origin = self._start

    def milliseconds(self, engine_seconds: float) -> int:
        """From the engine's clock to ours, which began with the first audio."""
        return self._origin // BYTES_A_MS + round(engine_seconds * 1000)

    def bill(self) -> float:
        """The seconds sent since the last time."""
        seconds, self._unbilled = self.unbilled_seconds, 0
        return seconds

    def gap(self) -> HeardGap | None:
        """What was never sent, or is lost to a new connection; told once."""
        gap, self._gap = self._gap, None
        return HeardGap(began_ms=gap[0] // BYTES_A_MS, ended_ms=gap[1] // BYTES_A_MS) if gap else None

    def _gave_way(self, since: int) -> None:
        if since < self._start:
            self._gap = (min(since, self._gap[0]) if self._gap else since, self._start)
            self._settled = max(self._settled, self._start)

    def _forget(self, count: int) -> None:
        if count > 0:
            count = min(count, len(self._audio))
            del self._audio[:count]
            self._start += count


class Line(Protocol):
    """One open connection. Everything here raises `ProviderError`."""

    @property
    def patience(self) -> float | None:
        """Seconds without audio after which `idle` is called; None for never."""
        ...

    async def send(self, audio: bytes) -> None: ...

    async def idle(self) -> None: ...

    async def expect(self, phrases: tuple[str, ...]) -> None: ...

    async def finish(self) -> None:
        """No more audio comes: have the rest understood. The iteration ends once it was told."""
        ...

    def __aiter__(self) -> AsyncIterator[Hearing]:
        """What the engine hears. Raises when the connection ends before that, however it ends."""
        ...


OpenLine = Callable[[tuple[str, ...]], AbstractAsyncContextManager[Line]]


class LiveListening:
    """One caller being listened to: a `Listening`. `notice` looks at all audio first and may hear something itself.

    `unbilled` tells, once, what was used since the engine's latest `Used`.
    """

    def __init__(
        self,
        open_line: OpenLine,
        tape: Tape,
        phrases: tuple[str, ...],
        notice: Callable[[bytes], Iterable[Hearing]] = lambda audio: (),
        unbilled: Callable[[], Iterable[Used]] = lambda: (),
        every_word: bool = False,
    ) -> None:
        self._open_line, self._tape, self._notice = open_line, tape, notice
        self._unbilled, self._every_word = unbilled, every_word
        self._phrases = phrases
        self._said = Tellings[Hearing]()
        self._news = asyncio.Event()  # there is audio, or there are phrases, to send
        self._ready = asyncio.Event()
        self._failed: Exception | None = None
        self._closed = self._is_finishing = False
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect. Raises `ProviderError`; `close` is due in any case."""
        self._task = asyncio.create_task(self._run(), name="live ears")
        await self._ready.wait()
        if self._failed:
            raise self._failed

    def push(self, audio: bytes) -> None:
        """Mu-law in pieces of any size."""
        if self._closed or not audio:
            return
        self._tape.push(audio)
        self._news.set()
        self._said.put(*self._notice(audio))

    def expect(self, phrases: tuple[str, ...]) -> None:
        """Tell the engine, as soon as it can be told."""
        if not self._closed and phrases != self._phrases:
            self._phrases = phrases
            self._news.set()

    def finish(self) -> None:
        """No more audio comes; the iteration ends when all of it was told."""
        self._is_finishing = True
        self._news.set()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told."""
        return (*self._said.owing(), *self._unbilled())

    def __aiter__(self) -> AsyncIterator[Hearing]:
        return aiter(self._said)

    async def close(self) -> None:
        """Hang up; the iteration ends."""
        self._closed = True
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._said.close()

    async def _run(self) -> None:
        try:
            await self._follow()
        except Exception as error:  # a mistake of ours is raised where somebody reads, like an error of the engine
            self._failed = error
            self._said.fail(error)
        finally:
            self._ready.set()

    async def _follow(self) -> None:
        """Stay connected: one new try for each loss, none when nothing was understood since the last one. Where every
        word counts, silence that is final will do: what is sent again is never the same.

        It waits before no try, and knows no time: those who wait are the ears that change (`first_ears`), which have
        other engines, and a conversation (`realtime.agent`), which has a caller who waits for an answer.
        """
        is_second = False
        while True:
            reached_ms = self._tape.settled_ms
            try:
                async with self._open_line(self._phrases) as line:
                    self._ready.set()
                    async for heard in self._over(line, self._phrases):
                        is_second = is_second and not isinstance(heard, HeardUtterance)
                        self._said.put(heard)
                        self._news.set()  # the line's patience may be another one now
                    if self._is_finishing:
                        self._said.end()
                        return
            except ProviderError as error:
                is_second = is_second and not (self._every_word and self._tape.settled_ms > reached_ms)
                if is_second or not error.retryable or not self._ready.is_set():
                    raise
            is_second = True
            self._tape.rewind()
            self._tell_gap()

    def _tell_gap(self) -> None:
        if gap := self._tape.gap():
            self._said.put(gap)

    async def _over(self, line: Line, told: tuple[str, ...]) -> AsyncIterator[Hearing]:
        sending = asyncio.create_task(self._send(line, told), name="live ears, sending")
        try:
            async for heard in line:
                yield heard
        finally:
            sending.cancel()
            [ended] = await asyncio.gather(sending, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def _send(self, line: Line, told: tuple[str, ...]) -> None:
        self._news.set()
        while True:
            try:
                async with asyncio.timeout(line.patience):
                    await self._news.wait()
            except TimeoutError:
                await line.idle()
                continue
            self._news.clear()
            if told != self._phrases:
                told = self._phrases
                await line.expect(told)
            while audio := self._tape.unsent(AT_ONCE):
                self._tell_gap()
                await line.send(audio)
            if self._is_finishing:
                await line.finish()
                return
