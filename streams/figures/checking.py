"""Whether reports say what logs and charges say, to the last of six decimals; and where not, in sentences.

Each day is looked at by itself: roll-ups against the figures of calls, figures against current charges, visits against
the log, and calls that are over against those that have figures. Nothing is mended here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Sum

from streams.billing.rates import SIX_PLACES
from streams.figures.counting import on_the_day, span
from streams.figures.noting import COSTS, DOLLARS
from streams.figures.rollups import as_plain, day_of, made
from streams.models import Call, CallEvent, CallFigures, CallStatus, ChangedDay, Charge, RollUps, StepVisit

MOST_SAID = 100  # sentences of one check that are kept
CENTS = Decimal(0).quantize(SIX_PLACES)


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree on a day, as a sentence; `calls` are those whose figures would be made anew to mend it, and
    none where the day itself is to be counted anew."""

    day: date
    said: str
    calls: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.day}: {self.said}"


def days() -> list[date]:
    """Every day on which a call began, or is said to have."""
    found = Call.objects.filter(rehearsal=None).aggregate(first=Min("began_at"), last=Max("began_at"))
    if found["first"] is None:
        return []
    first, last = day_of(found["first"]), day_of(found["last"])
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def check(those: Iterable[date]) -> Iterator[Difference]:
    """What differs on these days. A day that waits to be counted is not compared with its roll-ups."""
    waiting = set(ChangedDay.objects.values_list("day", flat=True))
    for day in those:
        yield from _missing(day)
        yield from _money(day)
        yield from _visits(day)
        if day not in waiting:
            yield from _rolled_up(day)


def keep(found: list[Difference]) -> None:
    """Remember when it was checked, and what came of it."""
    RollUps.objects.get_or_create(pk=1)
    said = [str(one) for one in found[:MOST_SAID]]
    RollUps.objects.filter(pk=1).update(checked_at=datetime.now(UTC), differences=said)


def _missing(day: date) -> Iterator[Difference]:
    began, over = span(day, day)
    calls = Call.objects.filter(began_at__gte=began, began_at__lt=over, rehearsal=None, status=CallStatus.FINISHED)
    without = tuple(calls.filter(figures=None).values_list("pk", flat=True))
    if without:
        yield Difference(day, f"{len(without)} calls are over and have no figures.", without)


def _money(day: date) -> Iterator[Difference]:
    """Each call's costs against its current charges."""
    calls = _calls(day)
    charged: dict[tuple[int, str], Decimal] = {}
    charges = Charge.objects.current().filter(**on_the_day(day), currency=DOLLARS).order_by()
    for pk, kind, amount in charges.values_list("call", "kind").annotate(Sum("amount")):
        for name in (COSTS.get(kind, "leg_cost"), "cost"):
            charged[pk, name] = charged.get((pk, name), CENTS) + amount.quantize(SIX_PLACES)
    names = ("stream_cost", "leg_cost", "ai_cost", "cost")
    for pk, *costs in calls.values_list("pk", *names):
        wrong = [
            f"{name.replace('_', ' ')} {cost}, charged {charged.get((pk, name), CENTS)}"
            for name, cost in zip(names, costs, strict=True)
            if cost != charged.get((pk, name), CENTS)
        ]
        if wrong:
            yield Difference(day, f"call {pk}: {'; '.join(wrong)}.", (pk,))


def _visits(day: date) -> Iterator[Difference]:
    """How often callers came to each step, in the logs and in the figures."""
    logged = CallEvent.objects.filter(**on_the_day(day), kind="entered").order_by()
    visits = StepVisit.objects.filter(**on_the_day(day)).order_by()
    in_logs, kept = (
        Counter({(pk, step): times for pk, step, times in rows.values_list("call", "step").annotate(Count("pk"))})
        for rows in (logged, visits)
    )
    for pk, step in sorted({key for key in in_logs | kept if in_logs[key] != kept[key]}):
        said = f"call {pk} came to {step} {in_logs[pk, step]} times by its log, {kept[pk, step]} by its figures."
        yield Difference(day, said, (pk,))


def _rolled_up(day: date) -> Iterator[Difference]:
    """What is kept of the day against what its figures add up to now."""
    for kept, rows in made(day).items():
        stored, anew = (Counter(map(as_plain, those)) for those in (kept._default_manager.filter(day=day), rows))
        if stored != anew:
            name = str(kept._meta.verbose_name_plural)
            wrong = sum(((stored - anew) + (anew - stored)).values())
            yield Difference(day, f"{wrong} rows of the {name} are not what the figures of calls add up to.")


def _calls(day: date) -> Any:
    began, over = span(day, day)
    return CallFigures.objects.filter(began_at__gte=began, began_at__lt=over).order_by()
