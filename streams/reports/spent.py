"""What each call of a flow cost, and at which of its steps. The parts of a call add up to its cost."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from math import ceil
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from flows.models import PhoneNumber
from flows.seams import Spent
from streams.billing.evidence import gather
from streams.billing.kinds import AI, INBOUND, LEG, STREAM
from streams.billing.minutes import toward
from streams.billing.rates import SIX_PLACES, amount_for_seconds, billed_seconds, rate_at
from streams.models import CallEvent, Charge, Rate
from streams.reports.one_call import zero
from streams.reports.traffic import calls_of

Logged = tuple[float, str, str, Any]  # at, kind, step, data


Price = Callable[[float], Decimal]


class Billed(NamedTuple):
    """What is needed of a charge; `step` is the one that it is of, "" for none."""

    key: str
    kind: str
    amount: Decimal
    seconds: int
    step: str = ""


CHARGED = ("source_key", "kind", "amount", "seconds", "step")

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
    for pk, key, kind, amount, seconds, step in charges.values_list("call", *CHARGED):
        bills[pk].append(Billed(key, kind, amount, seconds, step))
    return [
        attributed(call.pk, logs[call.pk], bills[call.pk], (call.ended_at - zero(call)).total_seconds())
        for call in calls
        if call.ended_at
    ]


def stream_price() -> Price:
    """What a stream of so many seconds costs at today's price; nothing where no price is known. One query, at once."""
    return _price(rate_at(Rate.objects.filter(kind=STREAM), timezone.now()))


def call_price(flow_pk: int) -> Price:
    """The same for a call to the number that this flow answers, or to any of the site's while it answers none."""
    known = PhoneNumber.objects.order_by("number")
    number = known.filter(version__flow=flow_pk).first() or known.first()
    if number is None:
        return _price(None)
    evidence = gather("", (), Q(kind__startswith=f"{LEG}:"))
    return _price(evidence.leg_rate(INBOUND, toward(number.number), timezone.now()))


def _price(rate: Rate | None) -> Price:
    def price(seconds: float) -> Decimal:
        return amount_for_seconds(billed_seconds(ceil(seconds), rate), rate) if rate and seconds > 0 else Decimal(0)

    return price


def attributed(call_pk: int, log: Sequence[Logged], bill: Iterable[Billed], lasted: float) -> Spent:
    """The cost of one call by step: a stream's by the time on it in each step, the call's own leg by all the time in
    each, an engine's by what it used there; a leg that was dialled from a step is that step's."""
    stays = _stays(log, lasted)
    line: dict[str, Decimal] = defaultdict(Decimal)
    engines: dict[str, Decimal] = defaultdict(Decimal)
    total, billed, called = Decimal(0), [], 0
    for key, kind, amount, seconds, step in bill:
        total += amount
        if kind == STREAM:
            billed.append(seconds)
        if kind == LEG and not step:
            called += seconds
        is_engine = key.startswith(f"{AI}:{call_pk}:")
        if step in stays.whole:
            weights: Mapping[str, float] = {step: 1.0}
        elif is_engine:
            weights = _used(log, key.removeprefix(f"{AI}:{call_pk}:"))
        else:
            weights = stays.whole if kind == LEG else stays.seconds
        for step, part in shares(amount, weights).items():
            (engines if is_engine else line)[step] += part
    spent = Spent(
        call_pk, total, tuple(billed), dict(stays.seconds), dict(stays.visits), dict(line), dict(engines), called
    )
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
    """At each step: seconds on the line's own stream, the whole time with what was spent with a person or leaving a
    message, and how often a caller came to it."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    whole: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    visits: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, step: str, seconds: float, is_away: bool) -> None:
        """So much time at a step; none where the log's clock was set back."""
        self.whole[step] += max(seconds, 0.0)
        self.seconds[step] += 0.0 if is_away else max(seconds, 0.0)


def _stays(log: Iterable[Logged], lasted: float) -> _Stays:
    found, here, since, is_away = _Stays(), "", 0.0, False
    for at, kind, step, _ in log:
        if kind == "used":
            continue
        if here:
            found.add(here, at - since, is_away)
        since, is_away = at, kind in AWAY
        if kind == "entered":
            here = step
            found.visits[step] += 1
            found.add(step, 0.0, False)
    if here:
        found.add(here, lasted - since, is_away)
    return found


def _used(log: Iterable[Logged], of: str) -> dict[str, float]:
    """How much of one unit of one model was used at each step."""
    found: dict[str, float] = defaultdict(float)
    for _, kind, step, data in log:
        if kind == "used" and f"{data.get('model', '')}:{data.get('unit', '')}" == of:
            quantity = data.get("quantity")
            found[step] += quantity if isinstance(quantity, int | float) else 0.0
    return found
