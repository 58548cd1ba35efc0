"""Double entry: what each version of a charge books, and what the books say of a month and of any day past.

A charge books a pair, expense against what is owed. A new version takes back what its predecessors booked and books
anew, so the lines of a thing always add up to its current charge. A closed month is never touched: what comes late is
booked in the first open month, with the month that it is of.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from streams.billing.months import booked_in, month_of, shared
from streams.models import Charge, LedgerEntry, Period

EXPENSE, PAYABLE = "expense", "payable"
Account = tuple[str, str, date]  # its name, currency, the month it is of


def post(charges: Sequence[Charge]) -> None:
    """Book these new versions of charges. Within the transaction that stores them, once."""
    standing = _standing([charge.source_key for charge in charges if charge.version > 1])
    lines = [line for charge in charges for line in _lines(charge, standing.get(charge.source_key, {}))]
    if not lines:
        return
    with shared():
        periods = booked_in({line.month for line in lines})
        for line in lines:
            line.period = periods[line.month]
        LedgerEntry.objects.bulk_create(lines)


def _standing(source_keys: Collection[str]) -> dict[str, dict[Account, Decimal]]:
    """What the versions of each of these things have booked together so far."""
    found: dict[str, dict[Account, Decimal]] = {}
    if source_keys:
        booked = LedgerEntry.objects.filter(charge__source_key__in=source_keys).order_by()
        sums = booked.values_list("charge__source_key", "account", "currency", "month").annotate(amount=Sum("amount"))
        for source_key, account, currency, month, amount in sums:
            if amount:
                found.setdefault(source_key, {})[account, currency, month] = amount
    return found


def _lines(charge: Charge, standing: Mapping[Account, Decimal]) -> list[LedgerEntry]:
    """What this version takes back and books anew; nothing when the books say so already."""
    wanted = _wanted(charge)
    if standing == wanted:
        return []
    back = [_entry(charge, account, -amount, reversal=True) for account, amount in standing.items()]
    return back + [_entry(charge, account, amount) for account, amount in wanted.items()]


def _wanted(charge: Charge) -> dict[Account, Decimal]:
    if not charge.amount:
        return {}
    month = month_of(charge.began_at or charge.created_at)
    return {
        (f"{EXPENSE}:{charge.kind}", charge.currency, month): charge.amount,
        (f"{PAYABLE}:{charge.payee}", charge.currency, month): -charge.amount,
    }


def _entry(charge: Charge, where: Account, amount: Decimal, *, reversal: bool = False) -> LedgerEntry:
    account, currency, month = where
    return LedgerEntry(
        charge=charge,
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


def expenses() -> QuerySet[LedgerEntry]:
    """The lines that are costs; the others say to whom they are owed."""
    return LedgerEntry.objects.filter(account__startswith=f"{EXPENSE}:").order_by()


def months(lines: QuerySet[LedgerEntry] | None = None) -> list[Month]:
    """Every month that anything was spent or booked in, by currency, the latest first. One query.

    `lines` narrows `expenses` down: to somebody's calls, or to what was posted by some past day, which can always be
    told again.
    """
    costs = expenses() if lines is None else lines
    sums = costs.values_list("month", "period__month", "currency").annotate(amount=Sum("amount"))
    found: dict[tuple[date, str], dict[str, Decimal]] = {}
    for month, booked, currency, amount in sums:
        for key, column in _columns(month, booked):
            row = found.setdefault((key, currency), {})
            row[column] = row.get(column, Decimal(0)) + amount
    return [Month(month, currency, **found[month, currency]) for month, currency in sorted(found, reverse=True)]


def of_month(month: date, lines: QuerySet[LedgerEntry] | None = None) -> list[Month]:
    """This month alone, once for each currency. One query."""
    costs = expenses() if lines is None else lines
    return [row for row in months(costs.filter(Q(month=month) | Q(period__month=month))) if row.month == month]


def _columns(month: date, booked: date) -> Iterator[tuple[date, str]]:
    yield month, "known"
    yield (month, "billed") if month == booked else (booked, "carried")


def accounts(period: Period) -> list[tuple[str, str, Decimal]]:
    """The accounts of a month's books: name, currency and sum, costs first."""
    sums = LedgerEntry.objects.filter(period=period).order_by().values_list("account", "currency")
    return [
        (name, currency, amount) for name, currency, amount in sorted(sums.annotate(amount=Sum("amount"))) if amount
    ]
