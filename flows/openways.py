"""Which way calls go at a moment, at each step that checks some opening hours: in drafts, and in what is live now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.engine import snapshot
from flows.engine.schedule import Schedule
from flows.engine.step import Leave, State
from flows.models import FlowVersion, Step
from flows.step_words import built_from
from flows.steps.opening_hours import OpeningHours


@dataclass(frozen=True)
class Way:
    """One step, and where it leads then; `goes_to` is "" where its exit leads nowhere.

    `numbers` are those it answers now; `differs` tells that it keeps other hours than those asked about.
    """

    flow: str
    step: str
    url: str
    goes_to: str
    numbers: tuple[str, ...] = ()
    differs: bool = False


def in_drafts(key: str, schedule: Schedule, moment: float) -> Iterator[Way]:
    """Where the steps of all drafts that check these hours would lead, if they were `schedule`. Three queries."""
    rows = Step.objects.filter(kind=OpeningHours.kind, settings__hours=key).select_related("flow")
    for row in rows.prefetch_related("exits__goes_to").order_by("flow__name", "place", "pk"):
        if built := built_from(row):
            step = built.resolve({"hours": {key: schedule}})
            leads = {each.outcome: each.goes_to.name for each in row.exits.all() if each.goes_to}
            yield Way(str(row.flow), row.name, row.get_absolute_url(), _leads(step, leads, moment))


def live(versions: Iterable[FlowVersion], key: str, schedule: Schedule, moment: float) -> Iterator[Way]:
    """Where the live versions lead then: each by the hours that it was published with."""
    for version in versions:
        flow = snapshot.readable(version.snapshot)
        if flow is None:
            continue  # made by another release; its page says so
        numbers = tuple(str(number) for number in version.numbers.all())
        for name, step in flow.steps.items():
            if isinstance(step, OpeningHours) and step.hours == key:
                exits = [exit_ for (at, _), exit_ in flow.exits.items() if at == name and exit_.goes_to]
                leads = {exit_.outcome: flow.name_of(exit_.goes_to or "") for exit_ in exits}
                url, goes_to = f"{version.get_absolute_url()}#step-{name}", _leads(step, leads, moment)
                yield Way(str(version), flow.name_of(name), url, goes_to, numbers, _differs(step.schedule, schedule))


def _leads(step: object, leads: Mapping[str, str], moment: float) -> str:
    """The name of the step that follows, as the engine finds it: an exit left open may have another in its place."""
    move = step.enter(State(began=moment)) if isinstance(step, OpeningHours) else None
    while isinstance(move, Leave):
        if move.outcome in leads:
            return leads[move.outcome]
        move = move.otherwise
    return ""


def _differs(kept: Schedule | None, asked: Schedule) -> bool:
    return kept is None or (kept.zone, set(kept.periods), set(kept.holidays)) != (
        asked.zone,
        set(asked.periods),
        set(asked.holidays),
    )
