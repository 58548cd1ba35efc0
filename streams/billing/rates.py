"""What a stretch of time costs: pure arithmetic in `Decimal`, no Django, no clock.

A stream's seconds are a function of the *set* of stored facts about it, so their order, their repetition and the
moment we learn of them make no difference.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol, TypeVar

SIX_PLACES = Decimal("0.000001")

# The better witness of a stream's end first: (rank, what the charge says it rests on). The socket's close and the
# carrier's word are equally good, the call's end only bounds the stream, and the sweeper guesses.
WITNESSES: dict[str, tuple[int, str]] = {
    "socket": (0, "socket"),
    "webhook": (0, "stop"),
    "hangup": (1, "hangup"),
    "sweep": (2, "sweep"),
}


class Fact(Protocol):
    """One stored word about a stream: as in `StreamEvent`."""

    @property
    def source(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


class Price(Protocol):
    """One row of prices: as in `Rate`."""

    @property
    def price(self) -> Decimal: ...
    @property
    def per(self) -> int: ...
    @property
    def increment_seconds(self) -> int: ...
    @property
    def minimum_seconds(self) -> int: ...
    @property
    def valid_from(self) -> datetime: ...


P = TypeVar("P", bound=Price)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a stream ran, in whole seconds, and which kind of witness told its end."""

    began: datetime
    ended: datetime
    seconds: int
    basis: str


def rate_stream(facts: Iterable[Fact]) -> Span | None:
    """When a stream ran, from all that was ever said about it; None while nobody told its end.

    It began at the earliest start, and ended at the earliest end told by the best witness; an end before the start
    (a clock that was set back) is believed only when that witness told no other. It never lasts less than 0 seconds.
    A begun second counts.
    """
    known = [fact for fact in facts if fact.source in WITNESSES]
    ends = [fact for fact in known if fact.kind == "stop"]
    if not ends:
        return None
    began = min((fact.occurred_at for fact in known if fact.kind == "start"), default=None)

    def how_good(end: Fact) -> tuple[int, bool, datetime, str]:
        rank, _ = WITNESSES[end.source]
        return rank, began is not None and end.occurred_at < began, end.occurred_at, end.source

    best = min(ends, key=how_good)
    began = best.occurred_at if began is None else began
    lasted = max((best.occurred_at - began).total_seconds(), 0.0)
    return Span(began, best.occurred_at, _whole(lasted), WITNESSES[best.source][1])


def rate_at(rates: Iterable[P], moment: datetime) -> P | None:
    """The rate that applies to what began at `moment`: the latest that was valid by then."""
    valid = [rate for rate in rates if rate.valid_from <= moment]
    return max(valid, key=lambda rate: rate.valid_from, default=None)


def billed_seconds(seconds: int, rate: Price) -> int:
    """Rounded up to the rate's increment, and at least its minimum."""
    wanted = max(seconds, rate.minimum_seconds, 0)
    return -(-wanted // rate.increment_seconds) * rate.increment_seconds


def amount_for_seconds(seconds: int, rate: Price) -> Decimal:
    """What `seconds`, already rounded for billing, cost at a price per minute. Six places."""
    return _six(rate.price * seconds / 60 / rate.per)


def amount_for_quantity(quantity: Decimal, rate: Price) -> Decimal:
    """What `quantity` units cost. Six places."""
    return _six(rate.price * quantity / rate.per)


def _whole(seconds: float) -> int:
    """A begun second counts, a begun microsecond of clock noise does not."""
    whole = int(seconds)
    return whole + (seconds - whole > 0.0005)


def _six(amount: Decimal) -> Decimal:
    return amount.quantize(SIX_PLACES, rounding=ROUND_HALF_EVEN)
