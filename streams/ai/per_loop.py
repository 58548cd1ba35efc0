"""One of something for each event loop, closed when its loop ends. Pure.

A vendor's client keeps connections, and those belong to the loop that made them. A web process has one loop for its
life; prompts are rendered in loops that live for one prompt. Both end with `loop.shutdown_asyncgens()`, which
`asyncio.run` calls: so the thing is held by an asynchronous generator, whose last part closes it.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class PerLoop(Generic[Thing]):
    """Makes the thing when a loop first asks for it."""

    def __init__(self, make: Callable[[], Thing], close: Callable[[Thing], Awaitable[None]]) -> None:
        self._make, self._close = make, close
        self._held: dict[asyncio.AbstractEventLoop, tuple[Thing, AsyncGenerator[Thing, None]]] = {}

    def here(self) -> Thing:
        """The one of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            holding = self._hold(loop)
            try:
                holding.__anext__().send(None)  # as far as its `yield`; the loop hears of the generator by that
            except StopIteration as yielded:
                self._held[loop] = (yielded.value, holding)
        return self._held[loop][0]

    async def close_here(self) -> None:
        """Close the one of the running loop, if there is one, before the loop ends."""
        if held := self._held.get(asyncio.get_running_loop()):
            await held[1].aclose()

    async def _hold(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[Thing, None]:
        thing = self._make()
        try:
            yield thing
        finally:
            self._held.pop(loop, None)
            await self._close(thing)
