"""The table of calls: one row each, with its figures and what it cost."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from streams.exports.cells import Holds
from streams.exports.columns import Row, Table, column
from streams.exports.narrowing import BATCH, calls, in_batches
from streams.figures.asked import Asked
from streams.models import Charge, OutcomeKind

ZERO = Decimal(0)
KINDS = ("stream", "leg", "ai")  # of charges
OUTCOMES = dict(OutcomeKind.choices)
PLAIN = (  # column, where it comes from
    (column("call", Holds.NUMBER), "pk"),
    (column("carrier’s name"), "call_uuid"),
    (column("began", Holds.TIME), "began_at"),
    (column("answered", Holds.TIME), "answered_at"),
    (column("ended", Holds.TIME), "ended_at"),
    (column("direction"), "direction"),
    (column("flow"), "version__flow__name"),
    (column("version", Holds.NUMBER), "version__number"),
    (column("language"), "figures__language"),
    (column("seconds", Holds.NUMBER), "seconds"),
    (column("how it ended"), "outcome"),
    (column("hang-up cause"), "hangup_cause"),
    (column("reached a goal", Holds.YES_NO), "figures__goal"),
    (column("asked for a person", Holds.YES_NO), "figures__asked_person"),
    (column("put through", Holds.YES_NO), "figures__transferred"),
    (column("seconds to a person", Holds.NUMBER), "figures__seconds_to_person"),
    (column("gave up", Holds.YES_NO), "figures__gave_up"),
    (column("called again within a day", Holds.YES_NO), "figures__repeat_day"),
    (column("called again within a week", Holds.YES_NO), "figures__repeat_week"),
    (column("slowest answer, ms", Holds.NUMBER), "figures__slowest_ms"),
    (column("about", needs="transcript"), "summary__intent"),
    (column("sentiment", needs="transcript"), "summary__mood"),
)
BESIDE = ("pk", "caller", "called", "direction", "outcome_kind")
MADE = (
    column("caller", Holds.CALLER),
    column("number called", Holds.CALLER),
    column("our number", Holds.OURS),
    column("outcome"),
    column("audio stream", Holds.MONEY),
    column("carrier minutes", Holds.MONEY),
    column("AI", Holds.MONEY),
    column("cost", Holds.MONEY),
    column("currency", needs="money"),
)
FIELDS = [path for _, path in PLAIN]


def rows(asked: Asked) -> Iterator[Row]:
    """One row for each call; the charges of a batch of calls are summed up in one query."""
    found = calls(asked).values_list(*FIELDS, *BESIDE[1:]).iterator(chunk_size=BATCH)
    for batch in in_batches(found):
        costs = _costs([row[0] for row in batch])
        for row in batch:
            yield (*row[: len(FIELDS)], *_made(row[len(FIELDS) :], costs.get(row[0], {})))


def _made(beside: tuple[Any, ...], costs: dict[str, Decimal]) -> Row:
    caller, called, direction, outcome_kind = beside
    ours, theirs = (called, "") if direction == "inbound" else (caller, called)
    return (
        *(caller if direction == "inbound" else "", theirs, ours),
        OUTCOMES.get(outcome_kind, ""),
        *(costs.get(kind, ZERO) for kind in KINDS),
        sum(costs.values(), ZERO),
        "USD",
    )


def _costs(call_pks: list[int]) -> dict[int, dict[str, Decimal]]:
    """The sums of current charges of these calls, by call and kind."""
    charges = Charge.objects.current().filter(call__in=call_pks).order_by()
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for call_pk, kind, amount in charges.values_list("call", "kind").annotate(Sum("amount")):
        found[call_pk][kind] = amount
    return found


CALLS = Table(
    key="calls",
    title="Calls",
    says="One row for each call: when, which line, how it ended, how long it took and what it cost.",
    columns=(*(each for each, _ in PLAIN), *MADE),
    count=lambda asked: calls(asked).count(),
    rows=rows,
)
