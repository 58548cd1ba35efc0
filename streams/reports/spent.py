"""What each call of a flow cost, and at which of its steps. The parts of a call add up to its cost."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from math import ceil
from typing import Any

from django.utils import timezone

from flows.seams import Spent
from streams.billing.kinds import AI, STREAM
from streams.billing.rates import SIX_PLACES, amount_for_seconds, billed_seconds, rate_at
from streams.models import CallEvent, Charge, Rate
from streams.reports.one_call import zero
from streams.reports.traffic import calls_of

Logged = tuple[float, str, str, Any]  # at, kind, step, data
Billed = tuple[str, str, Decimal, int]  # source key, kind, amount, seconds

# While callers talk to a person or leave a message, the line's own stream is closed.
AWAY, BACK = ("transfer", "recording"), ("transfer_finished", "recording_finished", "resumed")
KINDS = ("entered", "used", *AWAY, *BACK)
NOWHERE = ""  # what was spent at no step: the summary that is written afterwards


def of_flow(flow_pk: int, since: datetime, most: int) -> list[Spent]:
    """The latest calls on this flow that began since then and are over, at most so many. Three queries."""
    calls = list(calls_of(flow_pk, since).defer("state").order_by("-began_at")[:most])
    pks = [call.pk for call in calls]
    logs: dict[int, list[Logged]] = defaultdict(list)
    lines = CallEvent.objects.filter(call__in=pks, kind__in=KINDS).order_by("call", "seq")
    for pk, at, kind, step, data in lines.values_list("call", "at", "kind", "step", "data"):
        logs[pk].append((at, kind, step, data))
    bills: dict[int, list[Billed]] = defaultdict(list)
    charges = Charge.objects.current().filter(call__in=pks, currency="USD").order_by("pk")
    for pk, key, kind, amount, seconds in charges.values_list("call", "source_key", "kind", "amount", "seconds"):
        bills[pk].append((key, kind, amount, seconds))
    return [
        attributed(call.pk, logs[call.pk], bills[call.pk], (call.ended_at - zero(call)).total_seconds())
        for call in calls
        if call.ended_at
    ]


def stream_price() -> Callable[[float], Decimal]:
    """What a stream of so many seconds costs at today's price; nothing where no price is known. One query, at once."""
    rate = rate_at(Rate.objects.filter(kind=STREAM), timezone.now())

    def price(seconds: float) -> Decimal:
        return amount_for_seconds(billed_seconds(ceil(seconds), rate), rate) if rate and seconds > 0 else Decimal(0)

    return price


def attributed(call_pk: int, log: Sequence[Logged], bill: Iterable[Billed], lasted: float) -> Spent:
    """The cost of one call by step: a stream's by the time in each step, an engine's by what it used there."""
    stays = _stays(log, lasted)
    line: dict[str, Decimal] = defaultdict(Decimal)
    engines: dict[str, Decimal] = defaultdict(Decimal)
    total, billed = Decimal(0), []
    for key, kind, amount, seconds in bill:
        total += amount
        if kind == STREAM:
            billed.append(seconds)
        is_engine = key.startswith(f"{AI}:{call_pk}:")
        weights = _used(log, key.removeprefix(f"{AI}:{call_pk}:")) if is_engine else stays.seconds
        for step, part in shares(amount, weights).items():
            (engines if is_engine else line)[step] += part
    spent = Spent(call_pk, total, tuple(billed), dict(stays.seconds), dict(stays.visits), dict(line), dict(engines))
    assert spent.adds_up, f"The parts of call {call_pk} are not its cost."
    return spent


def shares(amount: Decimal, weights: Mapping[str, float]) -> dict[str, Decimal]:
    """An amount in parts by weight that add up to it: what rounding leaves goes to the heaviest."""
    whole = sum(weights.values())
    if whole <= 0:
        return {next(iter(weights), NOWHERE): amount}
    parts = {
        step: (amount * Decimal(str(weight)) / Decimal(str(whole))).quantize(SIX_PLACES, rounding=ROUND_DOWN)
        for step, weight in weights.items()
    }
    parts[max(weights, key=lambda step: weights[step])] += amount - sum(parts.values(), Decimal(0))
    return parts


@dataclass(slots=True)
class _Stays:
    """Seconds on the line's own stream at each step, and how often a caller came to it."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    visits: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def _stays(log: Iterable[Logged], lasted: float) -> _Stays:
    found, here, since, is_away = _Stays(), "", 0.0, False
    for at, kind, step, _ in log:
        if kind == "used":
            continue
        if here and not is_away:
            found.seconds[here] += max(at - since, 0.0)
        since, is_away = at, kind in AWAY
        if kind == "entered":
            here = step
            found.visits[step] += 1
            found.seconds[step] += 0.0
    if here and not is_away:
        found.seconds[here] += max(lasted - since, 0.0)
    return found


def _used(log: Iterable[Logged], of: str) -> dict[str, float]:
    """How much of one unit of one model was used at each step."""
    found: dict[str, float] = defaultdict(float)
    for _, kind, step, data in log:
        if kind == "used" and f"{data.get('model', '')}:{data.get('unit', '')}" == of:
            quantity = data.get("quantity")
            found[step] += quantity if isinstance(quantity, int | float) else 0.0
    return found
