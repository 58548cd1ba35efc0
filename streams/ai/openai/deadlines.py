"""How long a caller may wait for a live answer: for its first piece, and for all of it."""

import asyncio
from collections.abc import Awaitable
from math import inf
from typing import TypeVar

T = TypeVar("T")


class Deadlines:
    """Counts only the time spent waiting, so a slow reader does not make a quick engine late."""

    def __init__(self, *, first: float, whole: float) -> None:
        self._first, self._left = first, whole

    async def wait(self, awaited: Awaitable[T]) -> T:
        """What is awaited; raises `TimeoutError` when that took too long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(max(0.0, min(self._first, self._left))):
                return await awaited
        finally:
            waited = loop.time() - began
            self._first -= waited
            self._left -= waited

    def first_came(self) -> None:
        """The first piece is there; from now on only the whole counts."""
        self._first = inf
