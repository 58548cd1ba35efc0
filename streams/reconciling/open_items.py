"""How much of some days does not add up yet: for reports and alerts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from streams.figures.rollups import IN_A_PAGE, roll_up
from streams.reconciling import clearing


@dataclass(frozen=True, slots=True)
class Unreconciled:
    """How many streams and legs differ from the carrier's books by more than $0.0001 and wait for a person, and by how
    much together, in dollars: differences up and down are added, they do not make up for each other."""

    amount: Decimal
    things: int


def unreconciled(first: date, last: date) -> Unreconciled:
    """What is open of these days, both included, in the site's time zone."""
    roll_up(IN_A_PAGE)
    days = clearing.kept(first, last).values()
    return Unreconciled(sum((day.apart for day in days), Decimal(0)), sum(day.open_things for day in days))
