"""When a budget will be used up if calls go on as they do. Pure.

Where past weeks are known, a call centre's rhythm is followed: what each hour of the week usually costs, scaled by how
this period went compared with it. Early in a period that scale says little, so it counts for more as the period goes
on. Without past weeks, the rest of the period is taken to cost as much an hour as its beginning.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from streams.budgets.periods import Period

HOUR = timedelta(hours=1)
HOURS_OF_A_WEEK = 168
TOO_EARLY = 0.02  # of a period: half an hour of a day, half a day of a month
USUAL_COUNTS_AS = 0.1  # of the period: how much of the usual spending stands beside what this period spent

REACHED, BY_WEEKS, BY_PACE, EARLY = "reached", "weeks", "pace", "early"


@dataclass(frozen=True, slots=True)
class Projection:
    """`at` is when the amount is reached within the period; None when it is not. `total` is what the period will cost.

    `by` tells what it rests on: `weeks` (the usual hours of a week), `pace` (what was spent so far), `early` (too early
    to say), `reached` (it is used up already; `at` is None).
    """

    at: datetime | None
    total: Decimal
    by: str


def project(
    spent: Decimal, amount: Decimal, period: Period, now: datetime, *, usual: Sequence[Decimal] = (), zone: tzinfo = UTC
) -> Projection:
    """What the rest of the period will be like.

    `usual` holds dollars for each hour of a week, Monday's first at 0, on the clocks of `zone`; empty without past
    weeks. Amounts are dollars, not negative.
    """
    by, rate = _rate(spent, period, now, usual, zone)
    if spent >= amount:
        return Projection(None, _walk(spent, None, period, now, rate)[0], REACHED)
    total, at = _walk(spent, amount, period, now, rate)
    return Projection(at, total, by)


def _rate(
    spent: Decimal, period: Period, now: datetime, usual: Sequence[Decimal], zone: tzinfo
) -> tuple[str, Callable[[datetime], Decimal]]:
    """What it rests on, and dollars an hour at a moment."""
    if len(usual) == HOURS_OF_A_WEEK and any(usual):
        scale = _scale(spent, period, now, usual, zone)
        return BY_WEEKS, lambda at: usual[hour_of_week(at, zone)] * scale
    if period.passed(now) < TOO_EARLY:
        return EARLY, lambda at: Decimal(0)
    pace = spent / Decimal((now - period.began) / HOUR)
    return BY_PACE, lambda at: pace


def _scale(spent: Decimal, period: Period, now: datetime, usual: Sequence[Decimal], zone: tzinfo) -> Decimal:
    """How this period goes, compared with what is usual."""
    so_far = _cost(usual, period.began, min(now, period.ends), zone)
    beside = _cost(usual, period.began, period.ends, zone) * Decimal(str(USUAL_COUNTS_AS)) + Decimal("0.000001")
    return (spent + beside) / (so_far + beside)


def _cost(usual: Sequence[Decimal], began: datetime, ended: datetime, zone: tzinfo) -> Decimal:
    parts = (usual[hour_of_week(at, zone)] * _share(length) for at, length in hours(began, ended))
    return sum(parts, Decimal(0))


def _walk(
    spent: Decimal, amount: Decimal | None, period: Period, now: datetime, rate: Callable[[datetime], Decimal]
) -> tuple[Decimal, datetime | None]:
    """What will have been spent when the period is over, and when `amount` is reached."""
    reached = None
    for at, length in hours(max(now, period.began), period.ends):
        cost = rate(at) * _share(length)
        if amount is not None and reached is None and cost > 0 and spent + cost >= amount:
            reached = at + length * float((amount - spent) / cost)
        spent += cost
    return spent, reached


def hours(began: datetime, ended: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """The hours between two moments, each by its beginning and length; the first and last may be short."""
    at, ended = began.astimezone(UTC), ended.astimezone(UTC)
    while at < ended:
        after = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, ended)
        yield at, after - at
        at = after


def hour_of_week(at: datetime, zone: tzinfo) -> int:
    """0 is the hour that begins on Monday at midnight, on the clocks of this zone."""
    here = at.astimezone(zone)
    return here.weekday() * 24 + here.hour


def _share(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / Decimal(3_600_000_000)
