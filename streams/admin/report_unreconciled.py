"""The money on which the carrier’s books and ours do not agree yet, and where it is looked at."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from streams.reconciling import open_items

PAGE = "admin:streams_reconciliation"


@dataclass(frozen=True, slots=True)
class Open:
    """How much money stands open, in how many things, and where they are looked at."""

    amount: Decimal
    things: int
    url: str


def unreconciled(first: date, last: date) -> Open:
    """Of these days, both included."""
    found = open_items.unreconciled(first, last)
    url = reverse(f"{PAGE}_day", args=[first.isoformat()]) if first == last else reverse(PAGE)
    return Open(found.amount, found.things, url)
