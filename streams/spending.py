"""What one conversation has cost so far."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from streams.ai.provider import Used

if TYPE_CHECKING:
    from streams.session import CallSession


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
