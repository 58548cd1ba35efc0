"""What a call has cost by each moment of it. Asks nothing of the database: it is handed the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from streams.billing.rates import Price, amount_for_seconds, billed_seconds
from streams.models import CallEvent, Charge, Stream


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


def accruals(
    charges: Iterable[Charge], streams: Iterable[Stream], lines: Iterable[CallEvent], *, zero: datetime
) -> list[Accrual]:
    """What each charge of a call is for, and when: its stream from the start, what engines did as it was used.

    `zero` is the moment that the lines of the log count from.
    """
    began = {f"stream:{stream.stream_id}": (stream.started_at - zero).total_seconds() for stream in streams}
    known = list(lines)
    found: list[Accrual] = []
    for charge in charges:
        if charge.source_key in began:
            found.append(Accrual(charge.amount, began[charge.source_key], charge.rate))
            continue
        uses = [line for line in known if charge.source_key == f"ai:{charge.call_id}:{_used(line)}"]
        whole = sum(_quantity(line) for line in uses) or 1.0
        found += [Accrual(charge.amount * Decimal(_quantity(use) / whole), use.at) for use in uses]
    return found


def _used(line: CallEvent) -> str:
    return f"{line.data.get('model', '')}:{line.data.get('unit', '')}" if line.kind == "used" else ""


def _quantity(line: CallEvent) -> float:
    quantity: Any = line.data.get("quantity")
    return float(quantity) if isinstance(quantity, int | float) else 0.0
