"""The money on which the carrier’s books and ours do not agree yet: the one place where a report asks for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

from django.urls import NoReverseMatch, reverse

ASKED = "streams.reconciling"  # its `open_items` tells; a site without it compares nothing
PAGE = "admin:streams_reconciliation"


@dataclass(frozen=True, slots=True)
class Open:
    """How much money stands open, in how many things, and where they are looked at."""

    amount: Decimal
    things: int
    url: str


def unreconciled(first: date, last: date) -> Open | None:
    """Of these days, both included; None where nothing is compared."""
    if find_spec(ASKED) is None:
        return None
    found = import_module(f"{ASKED}.open_items").unreconciled(first, last)
    return Open(found.amount, found.things, _page(first, last))


def _page(first: date, last: date) -> str:
    """The page of the one day, or that of all days."""
    try:
        return reverse(f"{PAGE}_day", args=[first.isoformat()]) if first == last else reverse(PAGE)
    except NoReverseMatch:
        return ""
