"""What a call has cost by each moment of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from streams.billing.rates import Price, amount_for_seconds, billed_seconds


@dataclass(frozen=True, slots=True)
class Accrual:
    """Something that costs, from `began` on (seconds of the call). Never more than `total`, the charge as stored.

    With a `rate` its amount falls due as time is billed; without one, all of it at once.
    """

    total: Decimal
    began: float
    rate: Price | None = None

    def by(self, at: float) -> Decimal:
        """What is due by this moment of the call."""
        if at < self.began:
            return Decimal(0)
        if self.rate is None:
            return self.total
        begun_seconds = int(at - self.began) + 1
        return min(amount_for_seconds(billed_seconds(begun_seconds, self.rate), self.rate), self.total)


def running(accruals: Iterable[Accrual], moments: Iterable[float]) -> list[Decimal]:
    """The running sum at each of these moments."""
    known = list(accruals)
    return [sum((accrual.by(at) for accrual in known), Decimal(0)) for at in moments]
