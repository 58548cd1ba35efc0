"""What happened on a call, row by row, with what each row cost and what the call had cost by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf

from streams.models import Call, Charge, Stream
from streams.reports.cost import accruals, running, shares
from streams.reports.names import Names
from streams.reports.outcome import Line
from streams.reports.reading import HIDDEN, Reader, zero
from streams.reports.timeline import WHO_CALL, Row, timeline
from streams.reports.turns import SUMMARY, in_words, uses_of_rows
from streams.reports.words import clock

SAID = frozenset({"prompt_started", "utterance", "agent_said", "agent_heard", "house_said", "key"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story, ready to be shown.

    `second` is its moment on the call. `cents` is what the call had cost by then, `used` what engines used for it, and
    for how much. `is_step`: a step begins; `is_said`: somebody spoke or pressed a key; `is_cost`: the cost grew.
    """

    at: str
    second: float
    who: str
    side: str
    what: str
    note: str
    cents: str
    used: str = ""
    is_step: bool = False
    is_said: bool = False
    is_cost: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """What is known of a call's cost: its current charges, none for who may not see money, and their sum."""

    charges: Sequence[Charge]
    streams: Sequence[Stream]
    total: Decimal


def story(call: Call, lines: Sequence[Line], names: Names, owed: Bill, reader: Reader) -> list[Moment]:
    """Every row of a call for this reader. With money the last one shows the sum of the charges."""
    rows = [*timeline(lines, names, with_steps=True), *_after(call, lines)]
    uses = uses_of_rows(rows, lines)
    spent = shares(owed.charges, lines)

    def told(place: int) -> list[int]:
        return uses.get(place, []) if reader.money or reader.carrier else []

    sums = _sums(call, rows, lines, owed) if reader.money else []
    return [
        Moment(
            at=clock(row.at),
            second=round(row.at, 1),
            who=row.who,
            side=row.side,
            what=row.what if reader.transcript or not row.secret else HIDDEN,
            note=row.note,
            cents=f"{sums[place] * 100:.1f}" if sums else "",
            used=in_words((lines[use], spent.get(use, Decimal(0)) if reader.money else None) for use in told(place)),
            is_step=row.kind == "entered",
            is_said=row.kind in SAID,
            is_cost=place in uses or bool(sums) and sums[place] > (sums[place - 1] if place else 0),
        )
        for place, row in enumerate(rows)
    ]


def _after(call: Call, lines: Sequence[Line]) -> Iterable[Row]:
    """What stands in no log: the end, and what was made of the call then."""
    if not call.ended_at:
        return
    end = max([(call.ended_at - zero(call)).total_seconds(), *(line.at for line in lines)])
    yield Row(end, "the call", WHO_CALL, "is over", call.outcome, kind="over")
    if any(line.kind == "used" and line.data.get("for") == SUMMARY for line in lines):
        yield Row(end, "afterwards", WHO_CALL, "is summed up", kind=SUMMARY)


def _sums(call: Call, rows: Sequence[Row], lines: Sequence[Line], owed: Bill) -> list[Decimal]:
    due = accruals(owed.charges, owed.streams, lines, zero=zero(call))
    sums = running(due, [inf if row.kind == SUMMARY else row.at for row in rows])
    if sums and call.ended_at:
        sums[-1] = owed.total  # the last line shows the sum of the charges, whatever came after it
    return sums
