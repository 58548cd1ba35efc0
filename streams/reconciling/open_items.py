"""How much of some days does not add up yet: for the morning report."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from streams.reconciling.both_sides import things
from streams.reconciling.matching import NOTHING


@dataclass(frozen=True, slots=True)
class Unreconciled:
    """How many streams and legs differ from the carrier's books by more than $0.0001 and wait for a person, and by how
    much together, in dollars: differences up and down are added, they do not make up for each other."""

    amount: Decimal
    things: int


def unreconciled(first: date, last: date, now: datetime | None = None) -> Unreconciled:
    """What is open of these days, both included, in the site's time zone."""
    found = [thing for thing in things(first, last, now) if thing.is_open]
    return Unreconciled(sum((abs(thing.difference) for thing in found), NOTHING), len(found))
