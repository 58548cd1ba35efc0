"""A month's statement: calls, minutes, and what was booked for them, for all lines, one flow, or one cost centre.

It says what the books say. Its total is the sum of what was booked in the month: what the month's own calls cost, and,
apart from it, what changed in months that were closed by then. While no month is closed that is the sum of charges.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from flows.models import Flow
from streams.billing import books
from streams.billing.months import last_closed, next_month
from streams.figures.counting import span
from streams.models import Call, Charge, LedgerEntry

ZERO = Decimal(0)
A_DAY = date.resolution
KINDS = {"stream": "Audio streams", "leg": "Carrier minutes", "ai": "AI and speech"}
MINUTES = ("stream", "leg")  # kinds whose quantity is minutes


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays: a flow, the lines of a cost centre, or (neither) the whole site."""

    flow: Flow | None = None
    cost_centre: str = ""

    @property
    def name(self) -> str:
        """As it stands at the head of the page."""
        if self.flow:
            return self.flow.name
        return f"Cost centre {self.cost_centre}" if self.cost_centre else "All lines"

    def calls(self, to_call: str = "") -> Q:
        """What narrows rows down to this payer's calls, over the path to a call. A cost centre's lines are those that
        have it today."""
        if self.flow:
            return Q(**{f"{to_call}version__flow": self.flow})
        if self.cost_centre:
            return Q(**{f"{to_call}version__flow__cost_centre": self.cost_centre})
        return Q()


@dataclass(frozen=True, slots=True)
class Line:
    """One sort of cost. `quantity` is in `unit`s, "" where several are mixed."""

    title: str
    quantity: Decimal | None
    unit: str
    amount: Decimal


@dataclass(slots=True)
class Statement:
    """One payer's month in one currency. `adjustments` are by the month they are of; `later` was booked after the
    month was closed, and stands in a later statement."""

    payer: Payer
    month: date
    currency: str
    calls: int = 0
    closed: bool = False
    lines: list[Line] = field(default_factory=list)
    flows: list[tuple[str, int, Decimal]] = field(default_factory=list)
    adjustments: list[tuple[date, Decimal]] = field(default_factory=list)
    later: Decimal = ZERO

    @property
    def spent(self) -> Decimal:
        """What the calls of this month cost, as booked in it."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def adjusted(self) -> Decimal:
        """What changed of earlier months."""
        return sum((amount for _, amount in self.adjustments), ZERO)

    @property
    def total(self) -> Decimal:
        """What was booked in this month."""
        return self.spent + self.adjusted


def statement(payer: Payer, month: date, currency: str = "USD") -> Statement:
    """The statement of the month that begins with `month`."""
    booked = _booked(payer, currency)
    closed = last_closed()
    own = booked.filter(period__month=month, month=month)
    earlier = booked.filter(period__month=month, month__lt=month).values_list("month").annotate(amount=Sum("amount"))
    known = next(iter(books.of_month(month, booked)), books.Month(month, currency))
    calls = _calls(payer, month)
    return Statement(
        payer=payer,
        month=month,
        currency=currency,
        calls=calls.count(),
        closed=closed is not None and month <= closed,
        lines=list(_lines(own, _minutes(payer, month, currency))),
        flows=list(_by_flow(own, calls)),
        adjustments=[(of, amount) for of, amount in earlier.order_by("month") if amount],
        later=known.difference,
    )


def currencies(payer: Payer, month: date) -> list[str]:
    """The currencies that something was booked in, dollars first and always."""
    booked = LedgerEntry.objects.filter(payer.calls("charge__call__"), period__month=month)
    return ["USD", *sorted(set(booked.order_by().values_list("currency", flat=True).distinct()) - {"USD"})]


def payers() -> tuple[list[Flow], list[str]]:
    """Whom a statement can be for: flows, and cost centres."""
    flows = list(Flow.objects.order_by("name").only("name", "cost_centre"))
    return flows, sorted({flow.cost_centre for flow in flows if flow.cost_centre})


def _booked(payer: Payer, currency: str) -> QuerySet[LedgerEntry]:
    """The expenses in the books, those of test calls among them: engines are paid for these, too."""
    return books.expenses().filter(payer.calls("charge__call__"), currency=currency)


def _calls(payer: Payer, month: date) -> QuerySet[Call]:
    began, over = span(month, next_month(month) - A_DAY)
    return Call.objects.filter(payer.calls(), rehearsal=None, began_at__gte=began, began_at__lt=over).order_by()


def _minutes(payer: Payer, month: date, currency: str) -> dict[str, Decimal]:
    """Billed minutes by kind, by the charges that count now."""
    began, over = span(month, next_month(month) - A_DAY)
    charges = Charge.objects.current().filter(payer.calls("call__"), kind__in=MINUTES, currency=currency)
    found = charges.filter(began_at__gte=began, began_at__lt=over).order_by()
    return dict(found.values_list("kind").annotate(Sum("quantity")))


def _lines(own: QuerySet[LedgerEntry], minutes: dict[str, Decimal]) -> Iterable[Line]:
    sums: dict[str, Decimal] = {}
    for account, payee, amount in own.values_list("account", "charge__payee").annotate(Sum("amount")):
        kind = account.partition(":")[2]
        title = KINDS.get(kind, kind) + (f": {payee}" if kind == "ai" and payee else "")
        sums[title] = sums.get(title, ZERO) + amount
    for kind, title in KINDS.items():
        if kind in MINUTES:
            yield Line(title, minutes.get(kind, ZERO), "min", sums.pop(title, ZERO))
        elif not any(each.startswith(title) for each in sums):
            yield Line(title, None, "", ZERO)
    yield from (Line(title, None, "", amount) for title, amount in sorted(sums.items()))


def _by_flow(own: QuerySet[LedgerEntry], calls: QuerySet[Call]) -> Iterable[tuple[str, int, Decimal]]:
    """Each flow's calls and cost, the costliest first; then what builders' test calls cost, which are no flow's."""
    name = "version__flow__name"
    counts: dict[Any, int] = dict(calls.values_list(name).annotate(Count("pk")))
    callers = own.filter(charge__call__rehearsal=None)
    sums: dict[Any, Decimal] = dict(callers.values_list(f"charge__call__{name}").annotate(Sum("amount")))
    for flow in sorted(counts.keys() | sums.keys(), key=lambda each: (-sums.get(each, ZERO), each or "")):
        yield flow or "No flow answered", counts.get(flow, 0), sums.get(flow, ZERO)
    tests = own.exclude(charge__call__rehearsal=None).aggregate(amount=Sum("amount"))["amount"]
    if tests:
        yield "Test calls", 0, tests
