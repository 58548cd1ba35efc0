"""Charges, stored: a new version only when a figure changed, and its lines in the books with it, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from streams.billing.books import post
from streams.billing.status import ESTIMATED
from streams.models import Charge

TOLD = ("basis", "status", "seconds", "rate_id", "quantity", "carrier_amount", "carrier_digest")  # as a reason
IN_WORDS = {"rate_id": "price", "carrier_amount": "the carrier’s amount", "carrier_digest": "the carrier’s record"}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a charge should say. Two equal figures need no new version, whatever words describe them."""

    kind: str
    description: str = field(compare=False)
    seconds: int
    quantity: Decimal
    unit: str
    rate_id: int | None
    amount: Decimal
    currency: str
    basis: str
    began_at: datetime = field(compare=False)
    unit_price: Decimal | None = field(default=None, compare=False)
    payee: str = field(default="", compare=False)
    step: str = field(default="", compare=False)
    status: str = ESTIMATED
    carrier_amount: Decimal | None = None
    carrier_digest: str = ""


def as_they_are(figures: Mapping[str, Figure]) -> list[Charge] | None:
    """The current charges of these keys if they say these figures already; None when one has to be stored."""
    current = current_charges(figures)
    return None if _changed(current, figures) else [current[key] for key in figures]


def _changed(current: Mapping[str, Charge], figures: Mapping[str, Figure]) -> list[str]:
    return [key for key, figure in figures.items() if key not in current or _says(current[key]) != figure]


def store(call_pk: int, figures: Mapping[str, Figure]) -> list[Charge]:
    """The current charges of these keys, after making them say these figures. Within a transaction that holds the lock
    of the call."""
    current = current_charges(figures)
    changed = _changed(current, figures)
    made = Charge.objects.bulk_create(version_of(key, call_pk, figures[key], current.get(key)) for key in changed)
    post(made)
    current |= {charge.source_key: charge for charge in made}
    return [current[key] for key in figures]


def current_charges(keys: Iterable[str]) -> dict[str, Charge]:
    """The charges of these things that nobody supersedes."""
    return {charge.source_key: charge for charge in Charge.objects.current().filter(source_key__in=list(keys))}


def version_of(key: str, call_pk: int, figure: Figure, current: Charge | None) -> Charge:
    """The next version of a charge, not stored yet."""
    return Charge(
        source_key=key,
        version=current.version + 1 if current else 1,
        supersedes=current,
        call_id=call_pk,
        reason="first" if current is None else _why(_says(current), figure),
        **{name: getattr(figure, name) for name in Figure.__slots__},
    )


def _says(charge: Charge) -> Figure:
    return Figure(**{name: getattr(charge, name) for name in Figure.__slots__})


def _why(before: Figure, after: Figure) -> str:
    """What changed, for the person who reads the history of a charge."""
    if after.carrier_digest and not before.carrier_digest:
        return "the carrier’s record came"
    changed = [IN_WORDS.get(name, name) for name in TOLD if getattr(before, name) != getattr(after, name)]
    return (", ".join(changed) or "amount")[:52] + " changed"
