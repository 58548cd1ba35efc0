"""The table of the reconciliation: each stream and leg with both sides, and what people said of it."""

from collections.abc import Iterator
from datetime import timedelta

from streams.exports.cells import Holds
from streams.exports.columns import Row, Table, column
from streams.exports.narrowing import calls
from streams.figures.asked import Asked
from streams.reconciling.both_sides import things
from streams.reconciling.matching import Thing

COLUMNS = (
    column("day"),
    column("began", Holds.TIME),
    column("kind"),
    column("of"),
    column("call", Holds.NUMBER),
    column("carrier’s name of the call"),
    column("our amount", Holds.MONEY),
    column("carrier’s amount", Holds.MONEY),
    column("difference", Holds.MONEY),
    column("came to"),
    column("why"),
    column("open", Holds.MONEY),
    column("decided"),
    column("decided by"),
    column("decided at", Holds.TIME),
)


def found(asked: Asked) -> Iterator[Thing]:
    """Day by day, so that no more than one day is in memory. What narrows to calls leaves out those we never saw."""
    narrows = any((asked.flow, asked.version, asked.number, asked.language))
    for back in range((asked.last - asked.first).days + 1):
        day = asked.first + timedelta(days=back)
        one = Asked(day, day, asked.flow, asked.version, asked.number, asked.language)
        wanted = set(calls(one).values_list("pk", flat=True)) if narrows else None
        for thing in things(day, day):
            if wanted is None or thing.call_pk in wanted:
                yield thing


def rows(asked: Asked) -> Iterator[Row]:
    """One row for each stream and leg, by day."""
    for thing in found(asked):
        decided = thing.decided
        yield (
            *(thing.day.isoformat(), thing.at, "stream" if thing.is_stream else "leg", thing.source_key),
            *(thing.call_pk, thing.call_uuid, thing.ours, thing.theirs, thing.difference),
            *(str(thing.bucket), thing.why, thing.open),
            *((decided.decision, decided.by, decided.at) if decided else (None, None, None)),
        )


RECONCILIATION = Table(
    key="reconciliation",
    title="Reconciliation",
    says="One row for each stream and call leg: our amount, the carrier’s, why they differ, and what was decided.",
    columns=COLUMNS,
    count=lambda asked: sum(1 for _ in found(asked)),
    rows=rows,
    needs="money",
)
