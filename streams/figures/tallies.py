"""How often something had which value within a day: times, costs and moods, kept so that days can be added up."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from streams.figures.counting import KEPT_APART, of_the_call
from streams.figures.spread import rough
from streams.models import AgentTurn, CallFigures

TO_PERSON, ANSWER, COST, MOOD = "to_person", "answer", "cost", "mood"
COST_UNITS = 100_000  # to a dollar: thousandths of a cent
ARROW = ">"  # between the mood at the start and the one at the end

Slice = tuple[Any, ...]  # what `KEPT_APART` names


def tallies(calls: QuerySet[CallFigures]) -> Iterator[dict[str, Any]]:
    """The rows of `Tally` of these calls, but for their day."""
    for (what, of, value), times in Counter(_values(calls)).items():
        yield dict(zip(KEPT_APART, of, strict=True)) | {"what": what, "value": value, "times": times}


def _values(calls: QuerySet[CallFigures]) -> Iterator[tuple[str, Slice, str]]:
    for *of, waited, cost, start, end in calls.values_list(
        *KEPT_APART, "seconds_to_person", "cost", "mood_start", "mood_end"
    ).iterator():
        yield COST, tuple(of), cost_value(cost)
        if waited is not None:
            yield TO_PERSON, tuple(of), str(rough(waited))
        if start or end:
            yield MOOD, tuple(of), f"{start}{ARROW}{end}"
    turns = AgentTurn.objects.filter(call__figures__in=calls).order_by()
    for *of, waited in turns.values_list(*of_the_call().values(), "latency_ms").iterator():
        yield ANSWER, tuple(of), str(rough(waited))


def cost_value(cost: Decimal) -> str:
    """The cost of a call as it is tallied."""
    return str(rough(float(cost * COST_UNITS)))
