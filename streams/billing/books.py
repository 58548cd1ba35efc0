"""Double entry: what each version of a charge books, and what the books say of a month and of any day past.

A charge books a pair, expense against what is owed. A new version takes back what its predecessors booked and books
anew, so the lines of a thing always add up to its current charge. A closed month is never touched: what comes late is
booked in the first open month, with the month that it is of.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from streams.billing.months import booked_in, month_of, next_month, shared
from streams.models import Charge, LedgerEntry

EXPENSE, PAYABLE = "expense", "payable"
Line = tuple[str, str, date]  # account, currency, the month it is of


def post(charge: Charge, *, is_first: bool = False) -> None:
    """Book this version of a charge. Within the transaction that stores it, once."""
    standing = {} if is_first else _standing(charge.source_key)
    wanted = _wanted(charge)
    if standing == wanted:
        return
    with shared():
        lines = [
            *(_entry(charge, line, -amount, reversal=True) for line, amount in standing.items()),
            *(_entry(charge, line, amount) for line, amount in wanted.items()),
        ]
        LedgerEntry.objects.bulk_create(lines)


def _standing(source_key: str) -> dict[Line, Decimal]:
    """What the versions of this thing have booked together so far."""
    booked = LedgerEntry.objects.filter(charge__source_key=source_key).order_by()
    sums = booked.values_list("account", "currency", "month").annotate(amount=Sum("amount"))
    return {(account, currency, month): amount for account, currency, month, amount in sums if amount}


def _wanted(charge: Charge) -> dict[Line, Decimal]:
    if not charge.amount:
        return {}
    month = month_of(charge.began_at or charge.created_at)
    return {
        (f"{EXPENSE}:{charge.kind}", charge.currency, month): charge.amount,
        (f"{PAYABLE}:{charge.payee}", charge.currency, month): -charge.amount,
    }


def _entry(charge: Charge, line: Line, amount: Decimal, *, reversal: bool = False) -> LedgerEntry:
    account, currency, month = line
    return LedgerEntry(
        charge=charge,
        period=booked_in(month),
        month=month,
        account=account,
        amount=amount,
        currency=currency,
        reversal=reversal,
        posted_at=charge.created_at,
    )


@dataclass(frozen=True, slots=True)
class Month:
    """What a month cost in one currency. `billed`: as it stood when it was closed, or stands while it is open; `known`:
    with what came late and is booked elsewhere; `carried`: booked here, and of earlier months."""

    month: date
    currency: str
    billed: Decimal = Decimal(0)
    known: Decimal = Decimal(0)
    carried: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.known - self.billed

    @property
    def booked(self) -> Decimal:
        """All that stands in this month's books."""
        return self.billed + self.carried


def expenses() -> "LedgerLines":
    """The lines that are costs; the others say to whom they are owed."""
    return LedgerEntry.objects.filter(account__startswith=f"{EXPENSE}:").order_by()


LedgerLines = type(LedgerEntry.objects.all())


def months() -> list[Month]:
    """Every month that anything was spent or booked in, by currency, the latest first. One query."""
    sums = expenses().values_list("month", "period__month", "currency").annotate(amount=Sum("amount"))
    found: dict[tuple[date, str], dict[str, Decimal]] = {}
    for month, booked, currency, amount in sums:
        for key, column in _columns(month, booked):
            row = found.setdefault((key, currency), {})
            row[column] = row.get(column, Decimal(0)) + amount
    return [Month(month, currency, **found[month, currency]) for month, currency in sorted(found, reverse=True)]


def _columns(month: date, booked: date) -> Iterator[tuple[date, str]]:
    yield month, "known"
    yield (month, "billed") if month == booked else (booked, "carried")


def as_billed(month: date, currency: str = "USD") -> Decimal:
    """What `month` cost by its own books: for a closed month, what was known when it was closed."""
    return _sum(Q(month=month, period__month=month, currency=currency))


def as_now_known(month: date, currency: str = "USD") -> Decimal:
    """What `month` cost by all that is known now, wherever that is booked."""
    return _sum(Q(month=month, currency=currency))


def total_as_of(moment: datetime, currency: str = "USD", month: date | None = None) -> Decimal:
    """All costs as the books had them at `moment`, of one month or of all: the past can always be told again."""
    of_month = Q(month=month) if month else Q()
    return _sum(of_month & Q(posted_at__lte=moment, currency=currency))


def _sum(which: Q) -> Decimal:
    return expenses().filter(which).aggregate(amount=Sum("amount"))["amount"] or Decimal(0)


def unbalanced() -> list[tuple[date, str, Decimal]]:
    """Months and currencies whose lines do not add up to zero: none, ever."""
    sums = LedgerEntry.objects.order_by().values_list("period__month", "currency").annotate(amount=Sum("amount"))
    return [(month, currency, amount) for month, currency, amount in sums if amount]


def is_over(month: date) -> bool:
    """Whether the month has ended by the site's clock."""
    return next_month(month) <= timezone.localdate()
