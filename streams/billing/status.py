"""What becomes of a charge when the carrier's own record is there. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from streams.billing.rates import Price, amount_for_seconds, billed_seconds

TOLERANCE = Decimal("0.0001")
ESTIMATED, MATCHED, DISPUTED = "estimated", "matched", "disputed"
ACCEPT, KEEP = "accept-theirs", "keep-ours"


class Record(Protocol):
    """One state of the carrier's record: as in `CarrierRecord`."""

    @property
    def seconds(self) -> int: ...
    @property
    def billed_seconds(self) -> int: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


class PricedAs(Price, Protocol):
    """A price with its currency: as in `Rate`."""

    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the charge says: seconds that are paid for, the amount that counts, its currency and status."""

    billed: int
    amount: Decimal
    currency: str
    status: str


def status_of(ours: Decimal | None, theirs: Decimal | None, decision: str = "") -> str:
    """`estimated` without a record; `matched` when both agree to $0.0001, or a person accepted theirs; else `disputed`,
    also when a person keeps ours: the carrier has still to agree.

    `ours` is None where we have no price, or one in another currency.
    """
    if theirs is None:
        return ESTIMATED
    if decision == ACCEPT or (ours is not None and abs(ours - theirs) <= TOLERANCE):
        return MATCHED
    return DISPUTED


def verdict(record: Record, rate: PricedAs | None, decision: str) -> Verdict:
    """The carrier's seconds at our price, or the carrier's own amount where a person accepted it."""
    billed = record.billed_seconds
    if rate and not billed and record.seconds:
        billed = billed_seconds(record.seconds, rate)  # a record that does not say what it rounds to
    comparable = rate is not None and rate.currency == record.currency
    ours = amount_for_seconds(billed, rate) if rate else None
    status = status_of(ours if comparable else None, record.amount, decision)
    if decision == ACCEPT:
        return Verdict(billed, record.amount, record.currency, status)
    return Verdict(billed, ours or Decimal(0), rate.currency if rate else record.currency, status)


def latest(decisions: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """By charge and state of its record, the decision that counts: the last of each in the order given."""
    return {(key, digest): decision for key, digest, decision in decisions}
