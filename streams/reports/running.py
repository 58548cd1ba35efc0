"""A call as its tester sees it while it goes on: its story so far, where it is on the map, and what it costs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from streams import engines
from streams.billing.kinds import STREAM
from streams.billing.prices import usage_prices
from streams.billing.rates import SIX_PLACES, amount_for_seconds, billed_seconds, rate_at
from streams.models import Call, CallEvent, Rate
from streams.models.calls import CallStatus
from streams.reports.names import Names, names_in
from streams.reports.one_call import zero
from streams.reports.timeline import timeline

BESIDE_THE_POINT = ("waits", "prompt_heard", "stream_started", "used")  # the line waits on after these
MOVES = ("answered", "entered", "left")  # the lines of a log that move a call on the map


def running(call: Call, after: int) -> dict[str, Any]:
    """The call so far as plain values. `moves` are those that came after the line `after` of its log.

    `cost` is dollars as text: an estimate by today's prices, as if a carrier carried the call. Three queries.
    """
    lines = list(call.events.all())
    names = names_in(call.snapshot, titles=engines.title_of)
    seconds = _seconds(call)
    return {
        "rows": [
            {"at": round(row.at, 1), "side": row.side, "who": row.who, "text": row.what, "note": row.note}
            for row in timeline(lines, names)
        ],
        "moves": [_move(line, names) for line in lines if line.seq > after and line.kind in MOVES],
        "last": lines[-1].seq if lines else after,
        "seconds": round(seconds, 1),
        "cost": str(_cost(lines, seconds)),
        "waits_until": _waits_until(lines),
        "over": call.status in (CallStatus.ENDED, CallStatus.FINISHED),
        "outcome": call.outcome,
    }


def _seconds(call: Call) -> float:
    ended = call.ended_at or datetime.now(UTC)
    return max((ended - zero(call)).total_seconds(), 0.0) if call.answered_at else 0.0


def _waits_until(lines: list[CallEvent]) -> float | None:
    """Until which second of the call the line waits for the caller, who has not done anything since; else None."""
    for line in reversed(lines):
        if line.kind == "waits" and line.data.get("timer") == "wait":
            return round(line.at + float(line.data.get("seconds", 0)), 1)
        if line.kind not in BESIDE_THE_POINT:
            return None
    return None


def _move(line: CallEvent, names: Names) -> dict[str, Any]:
    outcome, goes_to = str(line.data.get("outcome", "")), line.data.get("goes_to")
    return {
        "kind": line.kind,
        "at": round(line.at, 1),
        "step": line.step,
        "name": names.step(line.step),
        "outcome": outcome,
        "goes_to": goes_to,
    }


def _cost(lines: list[CallEvent], seconds: float) -> Decimal:
    """What a carrier's stream of so many seconds costs, and what engines used so far."""
    now = datetime.now(UTC)
    rate = rate_at(Rate.objects.filter(kind=STREAM), now)
    stream = amount_for_seconds(billed_seconds(int(seconds), rate), rate) if rate and seconds else Decimal(0)
    prices = usage_prices(now)
    used = (
        prices.get(f"ai:{line.data.get('model')}:{line.data.get('unit')}", Decimal(0)) * _quantity(line)
        for line in lines
        if line.kind == "used"
    )
    return (stream + sum(used, Decimal(0))).quantize(SIX_PLACES).normalize() + Decimal(0)


def _quantity(line: CallEvent) -> Decimal:
    said = line.data.get("quantity", 0)
    return Decimal(str(said)) if isinstance(said, int | float | str) and str(said).strip() else Decimal(0)
