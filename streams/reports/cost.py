"""What a call has cost by each moment of it. Asks nothing of the database: it is handed the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import inf, isfinite
from typing import Any

from streams.billing.kinds import AI
from streams.billing.rates import Price, amount_for_seconds, billed_seconds
from streams.models import Charge, Stream
from streams.reports.outcome import Line


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
        if self.rate is None or at == inf:
            return self.total
        begun_seconds = int(at - self.began) + 1
        return min(amount_for_seconds(billed_seconds(begun_seconds, self.rate), self.rate), self.total)


def running(accruals: Iterable[Accrual], moments: Iterable[float]) -> list[Decimal]:
    """The running sum at each of these moments."""
    known = list(accruals)
    return [sum((accrual.by(at) for accrual in known), Decimal(0)) for at in moments]


def accruals(
    charges: Iterable[Charge], streams: Iterable[Stream], lines: Iterable[Line], *, zero: datetime
) -> list[Accrual]:
    """What each charge of a call is for, and when: its stream from the start, what engines did as it was used.

    `zero` is the moment that the lines of the log count from. What is neither, such as the call's leg, begins with it.
    """
    began = {f"stream:{stream.stream_id}": (stream.started_at - zero).total_seconds() for stream in streams}
    known, owed = list(lines), list(charges)
    spent = shares(owed, known)
    counted = {_charged(charge, known[place]) for charge in owed for place in spent}
    of_engines = [Accrual(amount, _due(known[place])) for place, amount in spent.items()]
    return of_engines + [
        Accrual(charge.amount, _began(charge, began, zero), charge.rate if charge.seconds else None)
        for charge in owed
        if charge.source_key not in counted
    ]


def _began(charge: Charge, streams: Mapping[str, float], zero: datetime) -> float:
    """When what is charged began: as its stream did, as the charge says, else with the call."""
    said = charge.began_at
    return streams.get(charge.source_key, (said - zero).total_seconds() if said else 0.0)


def shares(charges: Iterable[Charge], lines: Sequence[Line]) -> dict[int, Decimal]:
    """What each use of an engine cost, by its place in the log: its part of the charge that it was counted in."""
    found: dict[int, Decimal] = {}
    for charge in charges:
        mine = (place for place, line in enumerate(lines) if charge.source_key == _charged(charge, line))
        uses = {place: _quantity(lines[place]) for place in mine}
        whole = sum(uses.values(), Decimal(0))
        found |= {place: charge.amount * used / whole for place, used in uses.items() if whole}
    return found


def _due(line: Line) -> float:
    """When a use counts: a summary is written after all that the log tells."""
    return inf if line.data.get("for") == "summary" else line.at


def _charged(charge: Charge, line: Line) -> str:
    """The charge that a use belongs to; "" for other lines."""
    if line.kind != "used":
        return ""
    return f"{AI}:{charge.call_id}:{line.data.get('model', '')}:{line.data.get('unit', '')}"[:200]


def _quantity(line: Line) -> Decimal:
    quantity: Any = line.data.get("quantity")
    is_figure = isinstance(quantity, int | float) and not isinstance(quantity, bool) and isfinite(quantity)
    return Decimal(str(quantity)) if is_figure else Decimal(0)
