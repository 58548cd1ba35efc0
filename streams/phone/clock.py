"""The time of one call: it passes in frames of 20 ms, and may pass faster than the world's."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable

FRAME_SECONDS = 0.02


class Clock:
    """Seconds since the call was dialled, at `speed` times real time, while `run` runs.

    Everything that the carrier and the caller do is on this clock. Frames that are due are made up for, so that it is
    as long as the world's; on a machine that cannot keep up it is slower, and nothing on the call is out of step.
    The site's own timers are real: at speed 10 a menu that waits 5 seconds for a key waits 50 seconds of the call, and
    audio that a site sends in real time arrives late.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("The speed must be above 0; 1 is real time.")
        self.speed = speed
        self.dialled_at = time.time()
        self.listeners: list[Callable[[], None]] = []  # called every frame
        self._frame = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Seconds of the call since it was dialled."""
        return self._frame * FRAME_SECONDS

    def epoch(self) -> float:
        """The same as a moment of the world, in seconds since 1970, such as the carrier's messages carry."""
        return self.dialled_at + self.now()

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of the call pass."""
        wakes: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + seconds, next(self._order), wakes))
        await wakes

    async def run(self) -> None:
        """Let time pass until cancelled."""
        began = time.monotonic() - self.now() / self.speed
        while True:
            due = began + (self._frame + 1) * FRAME_SECONDS / self.speed
            await asyncio.sleep(max(due - time.monotonic(), 0.0))
            self._frame += 1
            for listener in tuple(self.listeners):
                listener()
            self._wake()

    def _wake(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self.now():
            wakes = heapq.heappop(self._sleepers)[2]
            if not wakes.done():
                wakes.set_result(None)
