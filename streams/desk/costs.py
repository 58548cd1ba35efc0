"""What a call that goes on has cost so far: streams and minutes as the carrier rounds them, engines as they were used.

Asks nothing of the database: it is handed the rows. Figures are estimates until the call is charged.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from streams.billing.evidence import Evidence
from streams.billing.kinds import AI, OUTBOUND, STREAM
from streams.billing.minutes import toward
from streams.billing.rates import amount_for_seconds, billed_seconds
from streams.models import Call, LegEvent, Rate, Stream
from streams.reports.outcome import Line

Part = tuple[str, Decimal]  # what for, in words, and how much


def so_far(call: Call, streams: Iterable[Stream], legs: Iterable[LegEvent], used: Iterable[Line], known: Evidence,
           now: datetime) -> list[Part]:  # fmt: skip
    """Each part of the cost by `now`; what costs nothing is left out."""
    end = min(call.ended_at or now, now)
    parts = {"Audio streams": _streams(streams, known, end)}
    if call.rehearsal_id is None:
        parts["The caller’s minutes"] = _own_leg(call, known, end)
        parts["Minutes of who was called"] = _others(call, legs, known, end)
    for line in used:
        model = str(line.data.get("model", ""))
        parts[model] = parts.get(model, Decimal(0)) + _used(line, known, now)
    return [(title, amount) for title, amount in parts.items() if amount]


def total(parts: Iterable[Part]) -> Decimal:
    """Their sum."""
    return sum((amount for _, amount in parts), Decimal(0))


def _streams(streams: Iterable[Stream], known: Evidence, end: datetime) -> Decimal:
    spans = ((known.rate(STREAM, each.started_at), each.started_at, each.ended_at or end) for each in streams)
    return sum((_minutes(rate, began, ended) for rate, began, ended in spans), Decimal(0))


def _own_leg(call: Call, known: Evidence, end: datetime) -> Decimal:
    if call.answered_at is None:
        return Decimal(0)
    return _minutes(known.leg_rate(call.direction, toward(call.called), call.answered_at), call.answered_at, end)


def _others(call: Call, legs: Iterable[LegEvent], known: Evidence, end: datetime) -> Decimal:
    """Legs that were dialled for the caller, from the moment that somebody answered."""
    facts: dict[str, list[LegEvent]] = {}
    for fact in legs:
        if fact.leg_uuid != call.call_uuid:
            facts.setdefault(fact.leg_uuid, []).append(fact)
    amount = Decimal(0)
    for told in facts.values():
        began = min((fact.occurred_at for fact in told if fact.kind in ("answer", "dialled")), default=None)
        if began is not None:
            ended = min((fact.occurred_at for fact in told if fact.kind == "end"), default=end)
            amount += _minutes(known.leg_rate(OUTBOUND, max(fact.toward for fact in told), began), began, ended)
    return amount


def _minutes(rate: Rate | None, began: datetime, ended: datetime) -> Decimal:
    seconds = int((ended - began).total_seconds())
    return amount_for_seconds(billed_seconds(seconds, rate), rate) if rate and seconds >= 0 else Decimal(0)


def _used(line: Line, known: Evidence, now: datetime) -> Decimal:
    rate, said = known.rate(f"{AI}:{line.data.get('model')}:{line.data.get('unit')}", now), line.data.get("quantity")
    is_figure = isinstance(said, int | float) and not isinstance(said, bool)
    return rate.price * Decimal(str(said)) / rate.per if rate and is_figure else Decimal(0)
