"""What one conversation has cost so far, and what an engine that is left still owes us."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar

from streams.ai.provider import Used

if TYPE_CHECKING:
    from streams.session import CallSession


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


class Spending:
    """Adds up what engines use, by the prices of this call: dollars for one unit, by `ai:MODEL:UNIT`.

    It belongs to the step at which it is made, also what is told when the caller has gone on from there.
    """

    def __init__(self, session: "CallSession", prices: Mapping[str, Decimal]) -> None:
        self._session, self._prices = session, prices
        self._step = session.state.step or ""
        self._dollars = Decimal(0)

    @property
    def cents(self) -> float:
        """For the limit of an AI step; charges are made from the log."""
        return float(self._dollars * 100)

    def used(self, used: Used) -> None:
        """An engine used something, which the log keeps."""
        price = self._prices.get(f"ai:{used.model}:{used.unit}", Decimal(0))
        self._dollars += price * Decimal(str(used.quantity))
        self._session.note_at(self._step, "used", **used.as_line())
