"""What is counted of calls, and what each number means: the one place that says it.

Roll-ups count by this table, reports add up what they counted, a check counts anew, and a page that lists the calls
behind a number filters by the same lines.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from streams.billing.rates import SIX_PLACES
from streams.figures.asked import Asked
from streams.models import CallFigures

# The counts of `Tiles`, by the flags of `CallFigures`.
COUNTS: dict[str, Q] = {
    "offered": Q(),
    "answered": Q(answered=True),
    "short": Q(short=True),
    "entered": Q(entered=True),
    "goals": Q(entered=True, goal=True),
    "contained": Q(entered=True, transferred=False),
    "truly_contained": Q(entered=True, goal=True, transferred=False, repeat_week=False),
    "asked_person": Q(entered=True, asked_person=True),
    "transferred": Q(entered=True, transferred=True),
    "gave_up": Q(entered=True, gave_up=True),
    "repeats_day": Q(entered=True, repeat_day=True),
    "repeats_week": Q(entered=True, repeat_week=True),
}
COSTS = ("stream_cost", "leg_cost", "ai_cost", "cost")

KEPT_APART = ("flow_id", "version_id", "number", "language")  # the fields that `CallFigures` and roll-ups share
PREFIX = "counted_"  # or a count would hide the field that it counts by


def counts() -> dict[str, Any]:
    """The expressions that count `CallFigures` and add up their costs; `plain` gives them their names."""
    counted = {name: Count("pk", filter=which) if which else Count("pk") for name, which in COUNTS.items()}
    return _named(counted | {name: Sum(name) for name in COSTS})


def visit_counts() -> dict[str, Any]:
    """The same of `StepVisit`, which tells by `is_first` whether its call came to the step before; by `is_silent` and
    `is_lost` whether it is the first at which its call was missed there."""
    return _named(
        {
            "visits": Count("pk"),
            "callers": Count("pk", filter=Q(is_first=True)),
            "silent": Count("pk", filter=Q(is_silent=True)),
            "not_understood": Count("pk", filter=Q(is_lost=True)),
            "left": Count("call", distinct=True),
            "hung_up": Count("pk", filter=Q(hung_up=True)),
            **{name: Sum(name) for name in ("no_inputs", "no_matches", "seconds", "cost")},
        }
    )


def summed(*names: str) -> dict[str, Any]:
    """The expressions that add up what roll-ups counted."""
    return _named({name: Sum(name) for name in names})


def plain(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows with each count under its own name, and money to six places, whatever the database made of a sum."""
    for row in rows:
        yield {name.removeprefix(PREFIX): _money(value) for name, value in row.items()}


def on_the_day(day: date) -> dict[str, Any]:
    """The filters for what belongs to a call (a visit, a turn) that began on this day."""
    began, over = span(day, day)
    return {"call__figures__began_at__gte": began, "call__figures__began_at__lt": over}


def of_the_call() -> dict[str, F]:
    """What is kept apart, as something of a call (a visit, a turn) finds it."""
    return {name: F(f"call__figures__{name}") for name in KEPT_APART}


def _named(counted: dict[str, Any]) -> dict[str, Any]:
    return {f"{PREFIX}{name}": expression for name, expression in counted.items()}


def _money(value: Any) -> Any:
    return value.quantize(SIX_PLACES) if isinstance(value, Decimal) else value


def span(first: date, last: date) -> tuple[datetime, datetime]:
    """From the first moment of one day to the first after another, by the clocks of the site; in UTC."""
    zone = timezone.get_default_timezone()
    began, over = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
    return began.astimezone(UTC), over.astimezone(UTC)


def narrowed(asked: Asked) -> dict[str, Any]:
    """What narrows a question down, as filters by the fields that `CallFigures` and the roll-ups share."""
    given = {"flow": asked.flow, "version": asked.version, "number": asked.number, "language": asked.language}
    return {name: value for name, value in given.items() if value}


def figures_of(asked: Asked) -> QuerySet[CallFigures]:
    """The figures of the calls that are asked for."""
    began, over = span(asked.first, asked.last)
    return CallFigures.objects.filter(began_at__gte=began, began_at__lt=over, **narrowed(asked))
