"""What a stretch of time costs: pure arithmetic in `Decimal`, no Django, no clock.

The seconds of a stream or a leg are a function of the *set* of stored facts about it, so their order, their repetition
and the moment we learn of them make no difference. A record of the carrier, where there is one, is a better witness
than any of these; `billing.minutes` sees to that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol, TypeVar

SIX_PLACES = Decimal("0.000001")
ENDS = ("stop", "dropped")

# The better witness of a stream's end first: (rank, what the charge says it rests on). The socket's close and the
# carrier's word are equally good, the call's end only bounds the stream, and the sweeper guesses.
WITNESSES: dict[str, tuple[int, str]] = {
    "socket": (0, "socket"),
    "webhook": (0, "stop"),
    "hangup": (1, "hangup"),
    "sweep": (2, "sweep"),
}

# The same for a leg, which goes on when its stream is over: only the hang-up tells its true end.
LEG_WITNESSES: dict[str, tuple[int, str]] = {
    "webhook": (0, "stop"),
    "hangup": (0, "hangup"),
    "record": (0, "hangup"),  # the same moment, by the carrier's record
    "stop": (1, "stop"),
    "socket": (1, "socket"),
    "sweep": (2, "sweep"),
    "missing": (2, "sweep"),  # when the carrier did not list it any more
}

# Everything a charge may rest on, and what that is worth: the carrier's record, a guess of the sweeper's, or an
# estimate of ours by what we heard, measured or were told.
BASES: dict[str, str] = {
    "carrier": "carrier",
    "socket": "estimated",
    "stop": "estimated",
    "hangup": "estimated",
    "told": "estimated",
    "dropped": "estimated",
    "usage": "estimated",
    "estimate": "estimated",
    "sweep": "sweep",
}


class Fact(Protocol):
    """One stored word about a stream: as in `StreamEvent`."""

    @property
    def source(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


class LegFact(Fact, Protocol):
    """One stored word about a leg: as in `LegEvent`."""

    @property
    def seconds(self) -> int | None: ...


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
    connected: bool = True


def rate_stream(facts: Iterable[Fact]) -> Span | None:
    """When a stream ran, from all that was ever said about it; None while nobody told its end.

    It began at the earliest start, and ended at the earliest end told by the best witness; an end before the start
    (a clock that was set back) is believed only when that witness told no other. It never lasts less than 0 seconds.
    A begun second counts. A stream of which nobody told a start, and of whose end the carrier says `dropped`, never
    connected.
    """
    known = [fact for fact in facts if fact.source in WITNESSES]
    starts = [fact.occurred_at for fact in known if fact.kind == "start"]
    ends = [fact for fact in known if fact.kind in ENDS]
    if not ends:
        return None
    span = _span(starts, ends, WITNESSES)
    connected = bool(starts) or not any(end.kind == "dropped" for end in ends)
    return span if connected else replace(span, basis="dropped", connected=False)


def rate_leg(facts: Iterable[LegFact]) -> Span | None:
    """How long a leg lasted from its answer on; None while nobody told its end, and for one that nobody answered.

    What the carrier told in seconds counts, the most where it told twice; else the clock, as for a stream. `dialled`
    is said of a leg that they spoke on: it stands for the answer where nobody told that.
    """
    known = [fact for fact in facts if fact.source in LEG_WITNESSES]
    answers = [fact.occurred_at for fact in known if fact.kind == "answer"]
    dialled = [fact.occurred_at for fact in known if fact.kind == "dialled"]
    ends = [fact for fact in known if fact.kind == "end"]
    told = max((fact.seconds or 0 for fact in known if fact.kind == "length"), default=None)
    if not answers and not dialled and not told:
        return None
    answers = answers or dialled
    if told is not None:
        ended = min(fact.occurred_at for fact in known if fact.kind in ("end", "length"))
        began = min(answers, default=ended - timedelta(seconds=told))
        return Span(began, max(began, ended), told, "told")
    return _span(answers, ends, LEG_WITNESSES) if ends else None


def _span(starts: Sequence[datetime], ends: Sequence[Fact], witnesses: Mapping[str, tuple[int, str]]) -> Span:
    began = min(starts, default=None)

    def how_good(end: Fact) -> tuple[int, bool, datetime, str]:
        rank, _ = witnesses[end.source]
        return rank, began is not None and end.occurred_at < began, end.occurred_at, end.source

    best = min(ends, key=how_good)
    began = best.occurred_at if began is None else began
    lasted = max((best.occurred_at - began).total_seconds(), 0.0)
    return Span(began, best.occurred_at, _whole(lasted), witnesses[best.source][1])


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
