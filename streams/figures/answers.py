"""The answers that reports show, from the roll-ups. Each takes what is asked (`Asked`) and asks the database little.

Before it reads, an answer makes the days itself that changed a moment ago, a few at most: so a call counts as soon as
its record is made. `rollups.waiting()` says how many days are still to be made, after a change of many.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay

from streams.figures.asked import AnswerTimes, Asked, Listen, StepRow, Tiles
from streams.figures.counting import COSTS, COUNTS, figures_of, narrowed, plain, summed
from streams.figures.rollups import IN_A_PAGE, roll_up
from streams.figures.spread import percentile
from streams.figures.tallies import ANSWER, ARROW, HOUR, MOOD, TO_PERSON
from streams.models import Call, DayFigures, StepFigures, StepVisit, Tally

Counted = dict[int, int]
NONE = 0  # the key of calls that no flow answered

# The calls behind the counts of `StepRow`, by their visits.
VISITS: dict[str, Q] = {
    "visits": Q(),
    "callers": Q(),
    "exits": ~Q(exit=""),
    "no_inputs": Q(no_inputs__gt=0),
    "no_matches": Q(no_matches__gt=0),
    "hung_up": Q(hung_up=True),
}


def tiles(asked: Asked) -> Tiles:
    """The sums of all these calls."""
    (sums,) = plain([_days(asked).aggregate(**summed(*COUNTS, *COSTS))])
    return _tile(sums, _counted(_tallied(asked, TO_PERSON).values_list("value").annotate(Sum("times"))))


def by_flow(asked: Asked) -> dict[int, Tiles]:
    """The same by the flow's primary key; calls that no flow answered are under 0."""
    return {key or NONE: found for key, found in _by(asked, "flow_id").items()}


def by_version(asked: Asked) -> dict[int, Tiles]:
    """The same by the version's primary key; calls that no flow answered are under 0."""
    return {key or NONE: found for key, found in _by(asked, "version_id").items()}


def by_number(asked: Asked) -> dict[str, Tiles]:
    """The same by our number that was called, "" where the carrier told none."""
    return _by(asked, "number")


def by_language(asked: Asked) -> dict[str, Tiles]:
    """The same by the language callers heard."""
    return _by(asked, "language")


def by_day(asked: Asked) -> dict[date, Tiles]:
    """The same by day in their order, those without a call as well."""
    found = _by(asked, "day")
    days = (asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1))
    return {day: found.get(day) or Tiles() for day in days}


def steps(asked: Asked) -> list[StepRow]:
    """The steps that callers came to, those that most came to first."""
    rows: dict[str, StepRow] = {}
    names = ("visits", "callers", "silent", "not_understood", "no_inputs", "no_matches", "hung_up", "seconds", "cost")
    for sums in plain(_kept(StepFigures, asked).values("step", "exit").annotate(**summed(*names, "left"))):
        row = rows.setdefault(sums["step"], StepRow(sums["step"]))
        for name in names:
            setattr(row, name, getattr(row, name) + sums[name])
        if sums["exit"]:
            row.exits[sums["exit"]] = sums["visits"]
            row.left[sums["exit"]] = sums["left"]
    return sorted(rows.values(), key=lambda row: (-row.visits, row.step))


def when(asked: Asked) -> dict[tuple[int, int], int]:
    """Calls by weekday (0 is Monday) and hour of the site's clocks; hours without a call are left out."""
    rows = _tallied(asked, HOUR).values_list(ExtractIsoWeekDay("day"), "value").annotate(Sum("times"))
    return {(weekday - 1, int(hour)): calls for weekday, hour, calls in rows}


def latency(asked: Asked) -> AnswerTimes:
    """How long callers waited for answers of AI steps."""
    counted = _counted(_tallied(asked, ANSWER).values_list("value").annotate(Sum("times")))
    p50, p90, p99 = (percentile(counted, percent) for percent in (50, 90, 99))
    return AnswerTimes(sum(counted.values()), p50, p90, p99)


def moods(asked: Asked) -> dict[tuple[str, str], int]:
    """Calls by the caller's mood at the start and at the end, of those that have one; "" where it is not known."""
    rows = _tallied(asked, MOOD).values_list("value").annotate(Sum("times"))
    return {tuple(value.split(ARROW)): times for value, times in rows}


def ears(asked: Asked, most: int) -> list[Listen]:
    """The latest calls that somebody should listen to, at most so many."""
    found = figures_of(asked).exclude(ears=[]).order_by("-began_at", "-pk")[:most]
    return [Listen(call, tuple(reasons), cost) for call, reasons, cost in found.values_list("call", "ears", "cost")]


def calls(asked: Asked, what: str, step: str = "", exit: str = "") -> QuerySet[Call]:
    """The calls behind a number, the latest first: `what` is a count of `Tiles`, or with a `step` one of `StepRow`.

    With `exit`, those that left the step by it. A count of visits may be higher than that of its calls. Raises
    `KeyError` for a count that there is not.
    """
    found = Call.objects.filter(figures__in=figures_of(asked))
    if not step:
        return found.filter(figures__in=figures_of(asked).filter(COUNTS[what])).order_by("-began_at", "-pk")
    visits = StepVisit.objects.filter(VISITS[what], call=OuterRef("pk"), step=step)
    return found.filter(Exists(visits.filter(exit=exit) if exit else visits)).order_by("-began_at", "-pk")


def _by(asked: Asked, name: str) -> dict[Any, Tiles]:
    waits: dict[Any, Counted] = defaultdict(dict)
    for key, value, times in _tallied(asked, TO_PERSON).values_list(name, "value").annotate(Sum("times")):
        waits[key][int(value)] = times
    rows = _days(asked).values(name).annotate(**summed(*COUNTS, *COSTS)).order_by(name)
    return {(key := sums.pop(name)): _tile(sums, waits[key]) for sums in plain(rows)}


def _tile(sums: dict[str, Any], waits: Counted) -> Tiles:
    known = {name: value for name, value in sums.items() if value is not None}  # no calls have no sum
    return Tiles(**known, median_to_person=percentile(waits, 50), p90_to_person=percentile(waits, 90))


def _days(asked: Asked) -> QuerySet[DayFigures]:
    return _kept(DayFigures, asked)


def _tallied(asked: Asked, what: str) -> QuerySet[Tally]:
    return _kept(Tally, asked).filter(what=what)


def _kept(kept: Any, asked: Asked) -> QuerySet[Any]:
    roll_up(IN_A_PAGE)
    return kept.objects.filter(day__range=(asked.first, asked.last), **narrowed(asked)).order_by()


def _counted(rows: Iterable[tuple[str, int]]) -> Counted:
    return {int(value): times for value, times in rows}
