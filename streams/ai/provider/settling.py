"""What an engine that is left still owes us."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeVar

from streams.ai.provider.speech import Used


class Owing(Protocol):
    """A conversation or a listening."""

    def owing(self) -> Sequence[Used]:
        """What it used and never reported."""


Talk = TypeVar("Talk", bound=Owing)


@asynccontextmanager
async def settled(opening: AbstractAsyncContextManager[Talk], used: Callable[[Used], None]) -> AsyncIterator[Talk]:
    """The same, but when it is left, however that comes about, `used` is told what the engine had not reported."""
    talk: Talk | None = None
    try:
        async with opening as talk:
            yield talk
    finally:
        for debt in talk.owing() if talk is not None else ():
            used(debt)
