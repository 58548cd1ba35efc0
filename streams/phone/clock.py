"""The time of one call, which may run faster than the world's."""

import asyncio
import time


class Clock:
    """Seconds since the call was dialled, at `speed` times real time.

    Everything that the carrier and the caller do is on this clock. The site's own timers are real: at speed 10 a menu
    that waits 5 seconds for a key waits 50 seconds of the call, and audio that a site sends in real time arrives late.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("The speed must be above 0; 1 is real time.")
        self.speed = speed
        self.dialled_at = time.time()
        self._zero = time.monotonic()

    def now(self) -> float:
        """Seconds of the call since it was dialled."""
        return (time.monotonic() - self._zero) * self.speed

    def epoch(self) -> float:
        """The same as a moment of the world, in seconds since 1970, such as the carrier's messages carry."""
        return self.dialled_at + self.now()

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of the call pass."""
        await asyncio.sleep(max(seconds, 0.0) / self.speed)

    async def until(self, moment: float) -> None:
        """Wait for a moment of the call."""
        await self.sleep(moment - self.now())
