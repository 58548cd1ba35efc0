"""The calls on the line, read at most twice a second for all browsers of this process together."""

import asyncio
import time

from streams.desk import live
from streams.off_loop import query

FRESH = 0.5  # seconds


class Board:
    """What the last look found. Used on one event loop."""

    def __init__(self) -> None:
        self._rows: list[live.Live] = []
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def rows(self) -> list[live.Live]:
        """The calls now, or as of half a second ago. Raises what the database raises."""
        if self._looking is None and time.monotonic() - self._looked_at > FRESH:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        if self._looking is not None:
            await asyncio.shield(self._looking)
        return self._rows

    async def _look(self) -> None:
        began = time.monotonic()
        try:
            self._rows = await query(live.calls)
            self._looked_at = began
        finally:
            self._looking = None
