"""What a report tells of money beside calls: the prompts that were made in its days."""

from dataclasses import dataclass
from decimal import Decimal

from streams.figures.asked import Asked
from streams.figures.counting import span
from streams.reports.making import making
from streams.reports.words import money


@dataclass(frozen=True, slots=True)
class Prompts:
    """What making prompts cost, in words, and the models of which no price is known."""

    cost: str
    unpriced: list[str]


def of_prompts(asked: Asked) -> Prompts | None:
    """Of these days, for the whole site: a prompt belongs to no call. None where none was paid for."""
    days = making(*span(asked.first, asked.last)).values()
    unpriced = sorted({model for day in days for model in day.unpriced})
    cost = sum((day.cost for day in days), Decimal(0))
    return Prompts(money(cost), unpriced) if cost or unpriced else None
