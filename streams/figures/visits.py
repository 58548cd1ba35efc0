"""The stays of a caller in steps, from the call's log: how each ended, what was missed, how long it took, what it cost.

Pure. Costs are shared out as `reports.spent` does it, by visit in place of step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flows.seams import Spent
from streams.reports.spent import KINDS, NOWHERE, Billed, Logged, attributed

HUNG_UP = "caller-hung-up"  # the way out of a caller who is gone
NO_INPUT, NO_MATCH = "no-input", "no-match"


@dataclass(slots=True)
class Visit:
    """As in `StepVisit`."""

    place: int
    step: str
    exit: str = ""
    no_inputs: int = 0
    no_matches: int = 0
    hung_up: bool = False
    seconds: float = 0.0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a call's log: as in `CallEvent`."""

    seq: int
    at: float
    kind: str
    step: str
    data: dict[str, object]


def visits_of(
    call_pk: int,
    log: Sequence[Line],
    bill: Sequence[Billed],
    lasted: float,
    *,
    hung_up: bool,
) -> list[Visit]:
    """The visits in their order. `lasted` is the whole call in seconds; `hung_up`: the caller ended it. A charge of one
    step is of the last visit of that step.

    A step that leads to another flow is left when callers come back from there. A step that begins again after the
    stream was lost is visited twice.
    """
    found: list[Visit] = []
    for line in log:
        if line.kind == "entered":
            found.append(Visit(line.seq, line.step))
            continue
        here = next((visit for visit in reversed(found) if visit.step == line.step and not visit.exit), None)
        if here is not None:
            _note(here, line)
    for visit in found:
        _missed_at_least_once(visit)
    if found and hung_up:
        found[-1].hung_up, found[-1].exit = True, ""
    last = {visit.step: str(visit.place) for visit in found}
    by_visit = [one._replace(step=last.get(one.step, NOWHERE)) for one in bill]
    _share_out(attributed(call_pk, _by_visit(log), by_visit, lasted), found)
    return found


def _note(visit: Visit, line: Line) -> None:
    if line.kind == "left" and line.data.get("outcome") != HUNG_UP:
        visit.exit = str(line.data.get("outcome", ""))[:80]
    elif line.kind == "missed":
        visit.no_inputs += line.data.get("what") == NO_INPUT
        visit.no_matches += line.data.get("what") == NO_MATCH


def _missed_at_least_once(visit: Visit) -> None:
    """Logs of old do not tell what was missed, but whoever left for it did so once."""
    if not visit.no_inputs + visit.no_matches:
        visit.no_inputs = int(visit.exit.startswith(NO_INPUT))
        visit.no_matches = int(visit.exit.startswith(NO_MATCH))


def _share_out(spent: Spent, found: list[Visit]) -> None:
    for visit in found:
        name = str(visit.place)
        visit.seconds = spent.seconds.get(name, 0.0)
        visit.cost = spent.line.get(name, Decimal(0)) + spent.engines.get(name, Decimal(0))


def _by_visit(log: Iterable[Line]) -> list[Logged]:
    """The log with the place of the visit for the step: what is used belongs to the latest visit of its step."""
    latest: dict[str, str] = {}
    found: list[Logged] = []
    for line in log:
        if line.kind == "entered":
            latest[line.step] = str(line.seq)
        if line.kind in KINDS:
            found.append((line.at, line.kind, latest.get(line.step, NOWHERE), line.data))
    return found
