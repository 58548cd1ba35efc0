"""Roll-ups, made anew a day at a time from the figures of calls.

Nothing is added to a sum: a day in which something changed is counted whole, so doing it twice is doing it once. What
changes figures writes a `ChangedDay` in the same transaction. A day is counted after its rows were looked at, and only
those rows are taken away: a change that was not counted yet keeps its own. Counting takes long and holds no lock. What
was counted is stored under one lock, only the rows that differ, and only while all rows that were looked at are still
there: without them somebody has stored the day meanwhile, perhaps from a later look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from streams.figures.counting import KEPT_APART, counts, of_the_call, on_the_day, plain, span, visit_counts
from streams.figures.tallies import tallies
from streams.models import CallFigures, ChangedDay, DayFigures, RollUps, StepFigures, StepVisit, Tally
from streams.models.rollups import Slice
from streams.reconciling import clearing

AT_ONCE = 400  # days that one run makes; the next takes the rest
IN_A_PAGE = 8  # days that a report makes itself before it reads


def day_of(moment: datetime) -> date:
    """The day by the clocks of the site."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def changed(days: Iterable[date]) -> None:
    """Say that figures of these days are others now. Within the transaction that changes them."""
    ChangedDay.objects.bulk_create(ChangedDay(day=day) for day in sorted(set(days)))


def waiting() -> int:
    """How many days are not counted yet as they are now."""
    return ChangedDay.objects.values("day").distinct().count()


def roll_up(most: int = AT_ONCE) -> int:
    """Make the days that changed, the latest first, at most so many; returns how many. Each is a short transaction."""
    _follow_the_clocks()
    made = 0
    while made < most and _make_one():
        made += 1
    return made


def begin_again() -> int:
    """Forget all roll-ups, and have every day made anew; returns how many days. Until then reports are incomplete."""
    with transaction.atomic():
        _begin_again(_locked())
        return waiting()


def _locked() -> RollUps:
    RollUps.objects.get_or_create(pk=1)
    return RollUps.objects.select_for_update().get(pk=1)


def _zone() -> str:
    return timezone.get_default_timezone_name()


def _follow_the_clocks() -> None:
    """After another `TIME_ZONE` was set, no day is what it was."""
    if RollUps.objects.filter(zone=_zone()).exists():
        return
    with transaction.atomic():
        state = _locked()
        if state.zone != _zone():
            _begin_again(state)


def _begin_again(state: RollUps) -> None:
    for kept in (DayFigures, StepFigures, Tally):
        kept._default_manager.all().delete()
    local = TruncDate("began_at", tzinfo=timezone.get_default_timezone())
    changed(CallFigures.objects.order_by().annotate(day=local).values_list("day", flat=True).distinct())
    state.zone = _zone()
    state.save()


def _make_one() -> bool:
    """Make the latest day that changed. False when there is none; a day that somebody else makes counts as made."""
    day = ChangedDay.objects.order_by("-day").values_list("day", flat=True).first()
    if day is None:
        return False
    seen = list(ChangedDay.objects.filter(day=day).values_list("pk", flat=True))
    found = [(kept, *_differing(kept, day, rows)) for kept, rows in made(day).items()]
    account = clearing.added_up(day)
    with transaction.atomic():
        _locked()
        mine = ChangedDay.objects.filter(pk__in=seen)
        if not seen or mine.count() < len(seen):
            return True
        for kept, gone, new in found:
            kept._default_manager.filter(pk__in=gone).delete()
            kept._default_manager.bulk_create(new, batch_size=500)
        clearing.keep(day, account)
        mine.delete()
    return True


def _differing(kept: type[Slice], day: date, rows: Iterable[Any]) -> tuple[list[int], list[Any]]:
    """Which stored rows of this day, by their primary keys, are wrong by now, and which of `rows` are missing."""
    stored: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in kept._default_manager.filter(day=day):
        stored[as_plain(row)].append(row.pk)
    missing = []
    for row in rows:
        if same := stored[as_plain(row)]:
            same.pop()
        else:
            missing.append(row)
    return [pk for pks in stored.values() for pk in pks], missing


def as_plain(row: Slice) -> tuple[Any, ...]:
    """A row, to be compared: without its key, sums of times as exact as they are meant."""
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return tuple(_exact(getattr(row, name)) for name in fields)


def _exact(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def made(day: date) -> dict[type[Slice], list[Any]]:
    """The roll-ups of one day as the figures of its calls have them now; nothing is stored."""
    began, over = span(day, day)
    calls = CallFigures.objects.filter(began_at__gte=began, began_at__lt=over).order_by()
    return {
        DayFigures: [DayFigures(day=day, **row) for row in _days(calls)],
        StepFigures: [StepFigures(day=day, **row) for row in _steps(day)],
        Tally: [Tally(day=day, **row) for row in tallies(day, calls)],
    }


def _days(calls: QuerySet[CallFigures]) -> Iterator[dict[str, Any]]:
    return plain(calls.values(*KEPT_APART).annotate(**counts()))


def _steps(day: date) -> Iterator[dict[str, Any]]:
    before = StepVisit.objects.filter(call=OuterRef("call"), step=OuterRef("step"), place__lt=OuterRef("place"))
    silent, lost = Q(no_inputs__gt=0), Q(no_matches__gt=0)
    visits = StepVisit.objects.filter(**on_the_day(day)).order_by()
    visits = visits.annotate(
        is_first=~Exists(before),
        is_silent=Case(When(silent, then=~Exists(before.filter(silent))), default=False),
        is_lost=Case(When(lost, then=~Exists(before.filter(lost))), default=False),
    )
    rows: Any = visits.values("step", "exit", **of_the_call()).annotate(**visit_counts())
    return plain(rows)
