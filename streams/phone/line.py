"""The audio path of one call: every 20 ms one frame of the caller goes out and one of the line comes in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from streams.audio import mulaw
from streams.phone.clock import FRAME_SECONDS, Clock
from streams.phone.handset import Handset
from streams.phone.playback import PlaybackQueue
from streams.phone.record import Record


@dataclass(frozen=True)
class Tick:
    """20 ms of the call: mu-law of both sides (the line's may be short or empty), a key, and checkpoints reached."""

    at: float
    caller: bytes
    line: bytes
    key: str
    reached: tuple[str, ...]


Listener = Callable[[Tick], None]


class Line:
    """Both directions of audio. Verbs and streams put sound into `queue` and listen to what passes."""

    def __init__(self, clock: Clock, handset: Handset, record: Record, *, buffer_seconds: float) -> None:
        self.queue = PlaybackQueue(buffer_seconds=buffer_seconds)
        self.listeners: list[Listener] = []
        self.person: Handset | None = None  # whom the caller talks with
        self._clock, self._handset, self._record = clock, handset, record

    def open(self) -> None:
        """The call is answered: from here on every frame passes."""
        self._clock.listeners.append(self._tick)

    def close(self) -> None:
        """The call is over."""
        if self._tick in self._clock.listeners:
            self._clock.listeners.remove(self._tick)

    def _tick(self) -> None:
        at = self._clock.now()
        line, reached = self.queue.take(mulaw.FRAME)
        if self.person is not None:
            line = self.person.next_frame()
        tick = Tick(at, self._handset.next_frame(), line, self._handset.next_key(), tuple(reached))
        since_answer = at - (self._record.answered_at or 0.0) - FRAME_SECONDS
        self._record.caller_track.put(since_answer, tick.caller)
        self._record.line_track.put(since_answer, tick.line)
        for listener in tuple(self.listeners):
            listener(tick)

    async def play(self, audio: bytes) -> None:
        """Play this to the caller, whole and at once."""
        self.queue.clear()
        for at in range(0, len(audio), mulaw.RATE):
            self.queue.put(audio[at : at + mulaw.RATE])
            if self.queue.seconds > 2.0:  # long sounds go in as they are played, whatever the buffer holds
                await self.wait_for(lambda tick: self.queue.seconds <= 1.0)
        await self.wait_for(lambda tick: not self.queue.seconds)

    async def wait_for(self, met: Callable[[Tick], bool]) -> Tick:
        """Wait for the first frame of which something is true."""
        found: asyncio.Future[Tick] = asyncio.get_running_loop().create_future()

        def listen(tick: Tick) -> None:
            if not found.done() and met(tick):
                found.set_result(tick)

        self.listeners.append(listen)
        try:
            return await found
        finally:
            self.listeners.remove(listen)
