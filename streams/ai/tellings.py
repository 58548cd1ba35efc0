"""What an engine has to tell whoever iterates it, in order, and what it owes when nobody does any more. Pure."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from streams.ai.provider import AgentEnded, Used

Told = TypeVar("Told")


class Tellings(Generic[Told]):
    """Put in by the engine, taken out by one who iterates. `waiting` is what was not taken yet."""

    def __init__(self) -> None:
        self.waiting: deque[Told] = deque()
        self._more = asyncio.Event()
        self._failure: Exception | None = None
        self._takes_more, self._is_closed, self._is_over = True, False, False

    def put(self, *told: Told) -> None:
        """The next things; after a failure or the end only what was used, which stays to be told by `owing`."""
        self.waiting.extend(one for one in told if self._takes_more or isinstance(one, Used))
        self._more.set()

    def fail(self, error: Exception) -> None:
        """Nothing follows; once all was taken the first error is raised."""
        self._failure = self._failure or error
        self._takes_more = False
        self._more.set()

    def end(self) -> None:
        """Nothing follows; once all was taken the iteration ends."""
        self._takes_more, self._is_over = False, True
        self._more.set()

    def close(self) -> None:
        """Nobody takes anything any more: the iteration ends, and what was used stays to be told by `owing`."""
        self._takes_more, self._is_closed = False, True
        self._more.set()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not taken; it is not given again."""
        used = tuple(told for told in self.waiting if isinstance(told, Used))
        self.waiting = deque(told for told in self.waiting if not isinstance(told, Used))
        return used

    async def __aiter__(self) -> AsyncIterator[Told]:
        while not self._is_closed:
            if self.waiting:
                told = self.waiting.popleft()
                yield told
                if isinstance(told, AgentEnded):
                    return
            elif self._failure:
                raise self._failure
            elif self._is_over:
                return
            else:
                self._more.clear()
                await self._more.wait()
