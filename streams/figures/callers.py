"""How many calls stand behind the numbers of a step, so that a number and the list that it opens are the same.

Roll-ups count times: a call that came back may be silent twice, or leave twice by the same exit. Where times and calls
may differ, and only there, the visits themselves are counted, by the same table (`answers.VISITS`) as the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from streams.figures.answers import VISITS
from streams.figures.asked import Asked, StepRow
from streams.figures.counting import figures_of
from streams.models import StepVisit


@dataclass(slots=True)
class Callers:
    """Calls at one step: with a silence there, with something not understood there, and by the exits they took."""

    no_inputs: int = 0
    no_matches: int = 0
    exits: dict[str, int] = field(default_factory=dict)


def callers(asked: Asked, rows: Sequence[StepRow]) -> dict[str, Callers]:
    """Of each of these steps, which `answers.steps` told for the same question; two queries at most."""
    found = {row.step: Callers(exits=dict(row.exits)) for row in rows}
    visits = StepVisit.objects.filter(call__figures__in=figures_of(asked)).order_by()
    _missed(visits, [row.step for row in rows if row.no_inputs or row.no_matches], found)
    _came_back(visits, [row.step for row in rows if row.visits > row.callers], found)
    return found


def _missed(visits: QuerySet[StepVisit], steps: list[str], found: dict[str, Callers]) -> None:
    if not steps:
        return
    silent, lost = VISITS["no_inputs"], VISITS["no_matches"]
    rows = visits.filter(silent | lost, step__in=steps).values_list("step")
    counted = rows.annotate(
        silent=Count("call", filter=silent, distinct=True), lost=Count("call", filter=lost, distinct=True)
    )
    for step, no_inputs, no_matches in counted:
        found[step].no_inputs, found[step].no_matches = no_inputs, no_matches


def _came_back(visits: QuerySet[StepVisit], steps: list[str], found: dict[str, Callers]) -> None:
    if not steps:
        return
    rows = visits.filter(VISITS["exits"], step__in=steps).values_list("step", "exit")
    for step, exit_, calls in rows.annotate(calls=Count("call", distinct=True)):
        found[step].exits[exit_] = calls
