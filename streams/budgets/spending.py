"""What calls have cost in a period, by flow and number, and what each hour of the week usually costs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from streams.billing.evidence import Evidence
from streams.billing.kinds import STREAM
from streams.billing.minutes import toward
from streams.billing.prices import kinds_of, usage_prices
from streams.billing.rates import amount_for_seconds, billed_seconds
from streams.budgets.periods import Period
from streams.budgets.projecting import HOURS_OF_A_WEEK, hour_of_week
from streams.models import Budget, Call, CallEvent, CallStatus, Charge, Rate
from streams.reports.making import making

WEEKS = 4  # that tell what is usual
FEWEST_WEEKS = 2
UNDER_WAY = (CallStatus.RINGING, CallStatus.LIVE, CallStatus.ENDED)
LONGEST = timedelta(hours=6)  # what is open for longer is closed by the sweeper, and charged


@dataclass(frozen=True, slots=True)
class Spent:
    """Dollars of one flow (its key, None where no flow answered) on one number of ours.

    `running` is the part of calls that have no charges yet: an estimate by today's prices.
    """

    flow: int | None
    number: str
    amount: Decimal
    running: Decimal = Decimal(0)


def spent_in(period: Period, now: datetime) -> list[Spent]:
    """Everything that callers' calls which began in this period have cost so far; prompts stand under no flow and no
    number. A handful of queries, however many calls and budgets there are."""
    rows = _charges(period.began, period.ends).values_list("call__version__flow", "call__called")
    found = [Spent(flow, number, total) for flow, number, total in rows.annotate(total=Sum("amount"))]
    prompts = sum((made.cost for made in making(period.began, period.ends).values()), Decimal(0))
    return [*found, *_running(period, now), Spent(None, "", prompts)]


def of_budget(budget: Budget, spent: Iterable[Spent]) -> Spent:
    """What of it counts for this budget, added up."""
    number = budget.number.number if budget.number else ""
    mine = [
        row
        for row in spent
        if (not budget.flow_id or row.flow == budget.flow_id) and (not number or row.number == number)
    ]
    amount, running = (sum((getattr(row, name) for row in mine), Decimal(0)) for name in ("amount", "running"))
    return Spent(budget.flow_id, number, amount + running, running)


def usual_hours(budget: Budget, period: Period) -> list[Decimal]:
    """Dollars for each of the 168 hours of a week, from up to four whole weeks before the period; [] when its calls go
    back less than two. One query."""
    ended = period.began
    charges = _charges(ended - WEEKS * timedelta(days=7), ended)
    if budget.flow_id:
        charges = charges.filter(call__version__flow=budget.flow_id)
    if budget.number:
        charges = charges.filter(call__called=budget.number.number)
    rows = charges.annotate(hour=TruncHour("call__began_at", tzinfo=UTC)).values_list("hour").order_by("hour")
    costs = list(rows.annotate(total=Sum("amount")))
    weeks = round((ended - costs[0][0]) / timedelta(days=7)) if costs else 0
    if weeks < FEWEST_WEEKS:
        return []
    usual = [Decimal(0)] * HOURS_OF_A_WEEK
    for hour, cost in costs:
        if hour >= ended - weeks * timedelta(days=7):
            usual[hour_of_week(hour, timezone.get_current_timezone())] += cost / weeks
    return usual


def _charges(began: datetime, ended: datetime) -> QuerySet[Charge]:
    """The current charges, by NOT EXISTS: of a hundred thousand calls PostgreSQL sums them in a fifth of the time."""
    current = ~Exists(Charge.objects.filter(supersedes=OuterRef("pk")))
    of_callers = Charge.objects.filter(current, currency="USD", call__rehearsal=None)
    return of_callers.filter(call__began_at__gte=began, call__began_at__lt=ended).order_by()


def _running(period: Period, now: datetime) -> list[Spent]:
    """Calls that are under way, or ended a moment ago: no charge says yet what they cost. Their own minutes and engines
    are estimated; a transfer counts once it is charged."""
    calls = list(
        Call.objects.filter(
            ~Exists(Charge.objects.filter(call=OuterRef("pk"))),
            rehearsal=None,
            status__in=UNDER_WAY,
            answered_at__isnull=False,
            began_at__gte=max(period.began, now - LONGEST),
            began_at__lt=period.ends,
        ).values_list("pk", "version__flow", "called", "direction", "answered_at", "ended_at")
    )
    if not calls:
        return []
    used, prices = _used([call[0] for call in calls], now), _carrier_prices()
    found = []
    for pk, flow, number, direction, answered_at, ended_at in calls:
        seconds = max(int(((ended_at or now) - (answered_at or now)).total_seconds()), 0)
        rates = (prices.rate(STREAM, now), prices.leg_rate(direction, toward(number), now))
        minutes = sum((amount_for_seconds(billed_seconds(seconds, rate), rate) for rate in rates if rate), Decimal(0))
        found.append(Spent(flow, number, Decimal(0), minutes + used[pk]))
    return found


def _carrier_prices() -> Evidence:
    rates: dict[str, list[Rate]] = defaultdict(list)
    for rate in Rate.objects.filter(kinds_of([])):
        rates[rate.kind].append(rate)
    return Evidence({}, {}, rates)


def _used(call_pks: list[int], now: datetime) -> dict[int, Decimal]:
    """What engines used on these calls so far, in dollars."""
    prices = usage_prices(now)
    found: dict[int, Decimal] = defaultdict(Decimal)
    lines = CallEvent.objects.filter(call__in=call_pks, kind="used").values_list("call_id", "data")
    for call_pk, data in lines:
        quantity = data.get("quantity")
        if isinstance(quantity, int | float) and quantity > 0:
            found[call_pk] += prices.get(f"ai:{data.get('model')}:{data.get('unit')}", Decimal(0)) * Decimal(
                str(quantity)
            )
    return found
