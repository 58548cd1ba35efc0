"""The money on which the carrier’s books and ours do not agree yet, for whoever shows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Open:
    """How much money stands open, in how many things, and where they are looked at."""

    amount: Decimal
    things: int
    url: str


def unreconciled(first: date, last: date) -> Open | None:
    """Of these days, both included; None while nothing was compared yet."""
    return None
