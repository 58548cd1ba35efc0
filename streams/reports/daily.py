"""Calls and cost of each day: a few queries, whatever the range."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from streams.models import Call, Charge, OutcomeKind
from streams.reports.making import making

LONGEST_RANGE = timedelta(days=366)


@dataclass(slots=True)
class Day:
    """The figures of one day, or of a whole range. `open` calls are not finished, so their figures still grow.

    `cost` is that of the calls, `prompts` what making prompts cost; `unpriced` are models that prompts were made with
    and no price is known of.
    """

    date: date
    calls: int = 0
    people: int = 0
    messages: int = 0
    hung_up: int = 0
    faults: int = 0
    open: int = 0
    cost: Decimal = field(default_factory=Decimal)
    prompts: Decimal = field(default_factory=Decimal)
    unpriced: set[str] = field(default_factory=set)

    @property
    def spent(self) -> Decimal:
        """Everything together, as on the bill."""
        return self.cost + self.prompts

    @property
    def cost_per_call(self) -> Decimal | None:
        """What a call cost on average; None without calls."""
        return self.cost / self.calls if self.calls else None

    def add(self, other: "Day") -> None:
        """Take in the figures of another day."""
        for name in ("calls", "people", "messages", "hung_up", "faults", "open", "cost", "prompts"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unpriced |= other.unpriced


def days(first: date, last: date) -> list[Day]:
    """Every day from `first` to `last`, newest first, in the site's time zone; days without calls are zero. Test calls
    do not count."""
    found = {day: Day(day) for day in _dates(first, last)}
    began, ended = bounds(first, last)
    calls = Call.objects.filter(rehearsal=None, began_at__gte=began, began_at__lt=ended)
    counts = calls.annotate(day=TruncDate("began_at")).values("day").order_by("day").annotate(**FIGURES)
    for day, *figures in counts.values_list("day", *FIGURES):
        for name, figure in zip(FIGURES, figures, strict=True):
            setattr(found[day], name, figure)
    charges = Charge.objects.current().filter(call__rehearsal=None, call__began_at__gte=began, call__began_at__lt=ended)
    costs = charges.annotate(day=TruncDate("call__began_at")).values("day").order_by("day").annotate(cost=Sum("amount"))
    for row in costs:
        found[row["day"]].cost = row["cost"]
    for day, made in making(began, ended).items():
        found[day].prompts, found[day].unpriced = made.cost, made.unpriced
    return list(found.values())


def total(of: list[Day]) -> Day:
    """All of these days as one."""
    whole = Day(of[-1].date)
    for day in of:
        whole.add(day)
    return whole


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The moments that these days lie between, in the site's time zone: from the first, up to the second."""
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(first, time.min, tzinfo=zone),
        datetime.combine(last + timedelta(days=1), time.min, tzinfo=zone),
    )


def _outcome(*kinds: str) -> Count:
    return Count("pk", filter=Q(outcome_kind__in=kinds))


FIGURES = {
    "calls": Count("pk"),
    "people": _outcome(OutcomeKind.PERSON),
    "messages": _outcome(OutcomeKind.MESSAGE),
    "hung_up": _outcome(OutcomeKind.CALLER, OutcomeKind.UNANSWERED),
    "faults": _outcome(OutcomeKind.FAULT, OutcomeKind.LIMIT, OutcomeKind.UNKNOWN),
    "open": Count("pk", filter=~Q(status="finished")),
}


def _dates(first: date, last: date) -> Iterator[date]:
    for back in range((last - first).days + 1):
        yield last - timedelta(days=back)
