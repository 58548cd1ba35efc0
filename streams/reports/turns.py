"""What each turn of an engine used and cost, beside the line of the story it belongs to. Pure."""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import inf

from streams.billing.kinds import Kind
from streams.reports.outcome import Line
from streams.reports.timeline import Row
from streams.reports.words import money

NBSP = "\N{NO-BREAK SPACE}"
SUMMARY = "summary"
USERS = ("agent_said", "understood", "utterance", "overheard")  # lines that an engine had a part in


def uses_of_rows(rows: Sequence[Row], lines: Sequence[Line]) -> dict[int, list[int]]:
    """By the place of a row in `rows`: the places in `lines` of what engines used for it.

    Some engines tell what they used before their words are logged, others after. Either way it belongs to the answer
    between the same two turns of the caller; where there is none, to the answer before.
    """
    heard = [place for place, line in enumerate(lines) if line.kind == "agent_heard"]
    of_steps: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        if row.kind in USERS:
            of_steps.setdefault(row.step, []).append(at)
    found: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        if line.kind == "used":
            if line.data.get("for") == "summary":
                told = [at for at, row in enumerate(rows) if row.kind == SUMMARY]
            else:
                told = _answers(place, rows, of_steps.get(line.step, []), heard)
            for at in told[-1:]:
                found.setdefault(at, []).append(place)
    return found


def _answers(place: int, rows: Sequence[Row], of_step: list[int], heard: list[int]) -> list[int]:
    """The rows that a use at this place of the log may belong to, the last of them the likeliest."""
    after = bisect(heard, place)
    since, until = heard[after - 1] if after else -1, heard[after] if after < len(heard) else inf
    before = [at for at in of_step if rows[at].place < place]
    in_turn = [at for at in of_step if since < rows[at].place < until]
    told = [at for at in in_turn if rows[at].place < place] or in_turn[:1] or before or of_step[:1]
    return told or [at for at, row in enumerate(rows) if 0 <= row.place <= place]


def in_words(used: Iterable[tuple[Line, Decimal | None]]) -> str:
    """What was used, by kind, and what each cost: “210 audio tokens heard (0.7 ¢), 96 audio tokens spoken (0.6 ¢)”.

    With None for the cost no money is told.
    """
    sums: dict[str, float] = {}
    spent: dict[str, Decimal] = {}
    for line, amount in used:
        counted = Kind(str(line.data.get("model", "")) or "?", str(line.data.get("unit", ""))).counted
        quantity = line.data.get("quantity")
        if isinstance(quantity, int | float) and not isinstance(quantity, bool):
            sums[counted] = sums.get(counted, 0) + quantity
        if amount is not None:
            spent[counted] = spent.get(counted, Decimal(0)) + amount
    return ", ".join(f"{_counted(quantity, counted)}{_paid(spent.get(counted))}" for counted, quantity in sums.items())


def _counted(quantity: float, counted: str) -> str:
    """A quantity as people say it: “1 summary”, “1,130 text tokens read”."""
    if quantity == 1:
        counted = re.sub(r"ies\b|s\b", lambda found: "y" if found[0] == "ies" else "", counted, count=1)
    return f"{quantity:,.10g} {counted}"


def _paid(amount: Decimal | None) -> str:
    return f" ({money(amount).replace(' ', NBSP)})" if amount else ""  # an amount stays on one line
