"""What each turn of an engine used and cost, beside the line of the story it belongs to. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from streams.billing.kinds import Kind
from streams.reports.outcome import Line
from streams.reports.timeline import Row
from streams.reports.words import money

SUMMARY = "summary"
USERS = ("agent_said", "understood", "utterance")  # lines that an engine had a part in


def uses_of_rows(rows: Sequence[Row], lines: Sequence[Line]) -> dict[int, list[int]]:
    """By the place of a row in `rows`: the places in `lines` of what engines used for it.

    Some engines tell what they used before their words are logged, others after. Either way it belongs to the answer
    between the same two turns of the caller; where there is none, to the answer before.
    """
    found: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        if line.kind == "used":
            at = _row_of(place, lines, rows)
            if at is not None:
                found.setdefault(at, []).append(place)
    return found


def _row_of(place: int, lines: Sequence[Line], rows: Sequence[Row]) -> int | None:
    line = lines[place]
    if line.data.get("for") == "summary":
        return next((at for at, row in enumerate(rows) if row.kind == SUMMARY), None)
    of_step = [at for at, row in enumerate(rows) if row.kind in USERS and row.step == line.step]
    heard = [at for at, other in enumerate(lines) if other.kind == "agent_heard"]
    since, until = (
        max([at for at in heard if at < place], default=-1),
        min([at for at in heard if at > place], default=1e9),
    )
    before = [at for at in of_step if rows[at].place < place]
    in_turn = [at for at in of_step if since < rows[at].place < until]
    told = [at for at in in_turn if at in before] or in_turn[:1] or before or of_step[:1]
    told = told or [at for at, row in enumerate(rows) if 0 <= row.place <= place]
    return told[-1] if told else None


def in_words(used: Iterable[Line], spent: Decimal | None) -> str:
    """What was used, by kind, and what that cost: “210 audio tokens heard, 96 spoken: 2.3 ¢”. No money for None."""
    sums: dict[str, float] = {}
    for line in used:
        counted = Kind(str(line.data.get("model", "")) or "?", str(line.data.get("unit", ""))).counted
        quantity = line.data.get("quantity")
        if isinstance(quantity, int | float) and not isinstance(quantity, bool):
            sums[counted] = sums.get(counted, 0) + quantity
    said = ", ".join(f"{quantity:,.10g} {counted}" for counted, quantity in sums.items())
    if not said or spent is None:
        return said
    return f"{said}: {money(spent)}" if spent else f"{said}, free"


def spent_on(places: Iterable[int], shares: Mapping[int, Decimal]) -> Decimal:
    """What these lines of the log cost together."""
    return sum((shares.get(place, Decimal(0)) for place in places), Decimal(0))
