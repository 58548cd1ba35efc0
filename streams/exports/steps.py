"""The table of steps: one row for each time that a caller came to one."""

from collections.abc import Iterator
from functools import lru_cache

from flows.models import FlowVersion
from streams.exports.cells import Holds
from streams.exports.columns import Row, Table, column
from streams.exports.narrowing import BATCH, narrowed
from streams.figures.asked import Asked
from streams.models import StepVisit
from streams.reports.names import Names, names_in

PLAIN = (
    (column("call", Holds.NUMBER), "call_id"),
    (column("began", Holds.TIME), "call__began_at"),
    (column("flow"), "call__version__flow__name"),
    (column("version", Holds.NUMBER), "call__version__number"),
    (column("place in the call", Holds.NUMBER), "place"),
    (column("seconds", Holds.NUMBER), "seconds"),
    (column("times nothing came", Holds.NUMBER), "no_inputs"),
    (column("times nothing fitted", Holds.NUMBER), "no_matches"),
    (column("hung up here", Holds.YES_NO), "hung_up"),
    (column("cost", Holds.MONEY), "cost"),
    (column("step, as reports name it"), "step"),
)
MADE = (column("step"), column("left by"))
FIELDS = [path for _, path in PLAIN]


def rows(asked: Asked) -> Iterator[Row]:
    """One row for each visit, in the order of calls and within them of steps."""
    ordered = narrowed(StepVisit.objects.order_by("call__began_at", "call_id", "place"), asked, "call__")
    named = lru_cache(maxsize=200)(_names)
    found = ordered.values_list(*FIELDS, "exit", "call__version_id").iterator(chunk_size=BATCH)
    for *plain, exit_, version in found:
        names = named(version)
        step = plain[-1]
        yield (*plain, names.step(step), names.choice(step, exit_) if exit_ else "")


def _names(version_pk: int | None) -> Names:
    if version_pk is None:
        return names_in(None)
    return names_in(FlowVersion.objects.filter(pk=version_pk).values_list("snapshot", flat=True).first())


STEPS = Table(
    key="steps",
    title="Steps",
    says="One row for each time a caller came to a step: how long they stayed, how they left, and what it cost.",
    columns=(*(each for each, _ in PLAIN), *MADE),
    count=lambda asked: narrowed(StepVisit.objects.all(), asked, "call__").count(),
    rows=rows,
)
