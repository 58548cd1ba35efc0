"""How often something had which value within a day: hours, waits, costs and moods, so that days can be added up."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from streams.figures.counting import KEPT_APART, of_the_call, on_the_day
from streams.figures.spread import rough
from streams.models import AgentTurn, CallFigures

TO_PERSON, ANSWER, COST, MOOD, HOUR = "to_person", "answer", "cost", "mood", "hour"
COST_UNITS = 100_000  # to a dollar: thousandths of a cent
ARROW = ">"  # between the mood at the start and the one at the end

Slice = tuple[Any, ...]  # what `KEPT_APART` names


def tallies(day: date, calls: QuerySet[CallFigures]) -> Iterator[dict[str, Any]]:
    """The rows of `Tally` of a day, whose calls these are; but for the day itself."""
    for (what, of, value), times in Counter(_values(day, calls)).items():
        yield dict(zip(KEPT_APART, of, strict=True)) | {"what": what, "value": value, "times": times}


def _values(day: date, calls: QuerySet[CallFigures]) -> Iterator[tuple[str, Slice, str]]:
    zone = timezone.get_default_timezone()
    for *of, began_at, waited, cost, start, end in calls.values_list(
        *KEPT_APART, "began_at", "seconds_to_person", "cost", "mood_start", "mood_end"
    ).iterator():
        yield HOUR, tuple(of), str(began_at.astimezone(zone).hour)
        yield COST, tuple(of), cost_value(cost)
        if waited is not None:
            yield TO_PERSON, tuple(of), str(rough(waited))
        if start or end:
            yield MOOD, tuple(of), f"{start}{ARROW}{end}"
    turns = AgentTurn.objects.filter(**on_the_day(day)).order_by()
    for *of, waited in turns.values_list(*of_the_call().values(), "latency_ms").iterator():
        yield ANSWER, tuple(of), str(rough(waited))


def cost_value(cost: Decimal) -> str:
    """The cost of a call as it is tallied."""
    return str(rough(float(cost * COST_UNITS)))
