"""The calls on the line, read at most twice a second for all browsers of this process together."""

import asyncio
import time

from streams.desk import live, switching
from streams.off_loop import query

APART = 0.5  # seconds at least between two looks
SHARE = 5  # looks take a fifth of the time at most: two hundred calls take half a second, and calls need theirs
LONGEST = 3.0  # seconds; one slow look, as the first of a process, holds up no desk for longer


class Board:
    """What the last look found; `switched`: what is switched for whole lines. Used on one event loop."""

    def __init__(self) -> None:
        self._rows: list[live.Live] = []
        self.switched: list[str] = []
        self._looked_at = self._next_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def rows(self) -> list[live.Live]:
        """The calls now: by a look that began after this was asked for, or news could wait for the next one. Raises
        what the database raises."""
        asked = time.monotonic()
        while self._looked_at < asked:
            if self._looking is not None:
                await asyncio.shield(self._looking)
            elif (wait := self._next_at - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            else:
                self._looking = asyncio.get_running_loop().create_task(self._look())
        return self._rows

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            self._rows, self.switched = await query(_all)
            self._looked_at = began
            self._next_at = began + pause(time.monotonic() - began)
        finally:
            self._looking = None


def _all() -> tuple[list[live.Live], list[str]]:
    return live.calls(), switching.on_lines()


def pause(took: float) -> float:
    """Seconds from the beginning of a look that took so long to the next one."""
    return max(APART, min(SHARE * took, LONGEST))
