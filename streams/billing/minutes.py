"""What the carrier's minutes of a call come to: each stream, and each leg.

Our own facts say what there was. Where the carrier's record is there, it says how long, and its amount stands beside
ours. A thing that only the carrier's record tells of is charged when a person decides so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from streams.billing.evidence import KEYS, Evidence
from streams.billing.kinds import LEG, OUTBOUND, STREAM
from streams.billing.price_list import CARRIER
from streams.billing.rates import SIX_PLACES, Span, amount_for_seconds, billed_seconds, rate_leg, rate_stream
from streams.billing.status import ACCEPT, DISPUTED, ESTIMATED, MATCHED, Verdict, verdict
from streams.billing.storing import Figure
from streams.models import Call, CarrierRecord, LegEvent, Rate, StreamEvent
from streams.models.ledger import TOWARD

FOUR_PLACES = Decimal("0.0001")
ZERO = Decimal(0).quantize(SIX_PLACES)
NO_PRICE = "no price is known, add one under Prices"
LISTENING = "Listening stream"
NOTHING_CAME = ", by the carrier’s word alone: nothing of it reached us"
LEGS = {"inbound": "Call to us", "outbound": "Call out"}


F = TypeVar("F", StreamEvent, LegEvent)


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the carrier's time: what it is called, when it began, and what our own facts say, if anything."""

    thing: str
    kind: str
    began: datetime
    span: Span | None
    step: str = ""


class NoRate(Exception):
    """Something was used that has no price. The message says where to add one."""


def of_streams(call: Call, facts: Iterable[StreamEvent], evidence: Evidence) -> dict[str, Figure]:
    """Each stream of this call whose end is known. Raises `NoRate` when one has no price."""
    figures: dict[str, Figure] = {}
    for stream_id, told in _by_name(facts, "stream_id").items():
        key = f"{STREAM}:{stream_id}"
        span, record = rate_stream(told), evidence.records.get(key)
        began = span.began if span else min((fact.occurred_at for fact in told), default=call.began_at)
        if span is None and record is None:
            continue
        rate = evidence.rate(STREAM, began)
        if rate is None:
            raise NoRate(f"No price for “{STREAM}” is valid on {began:%Y-%m-%d}. Add one under Prices.")
        order = next((fact.listen_order for fact in told if fact.listen_order), None)
        thing = f"{LISTENING if order else 'Stream'}{_fared(span, told, listens=order is not None)}"
        step = order.step if order else ""
        figures[key] = _figure(Leg(thing, STREAM, began, span, step), rate, record, evidence.decision(key))
    return figures


def _fared(span: Span | None, told: Iterable[StreamEvent], *, listens: bool) -> str:
    """What is odd about a stream, in words. A stream beside a conversation that only the carrier tells of was charged
    from its own word that it began or stopped; no sound of it reached us, and the carrier's record decides."""
    if span is None:
        return ""
    if not span.connected:
        return " that never connected"
    return NOTHING_CAME if listens and not any(fact.source == "socket" for fact in told) else ""


def of_legs(call: Call, facts: Iterable[LegEvent], evidence: Evidence) -> dict[str, Figure]:
    """Each leg of this call that was answered and whose end is known."""
    figures: dict[str, Figure] = {}
    for leg_uuid, told in _by_name(facts, "leg_uuid").items():
        key = f"{LEG}:{leg_uuid}"
        span, record = rate_leg(told), evidence.records.get(key)
        if span is None and record is None:
            continue
        began = span.began if span else min(fact.occurred_at for fact in told)
        direction = next((fact.direction for fact in told if fact.direction == OUTBOUND), told[0].direction)
        toward = max(fact.toward for fact in told)
        rate = evidence.leg_rate(direction, toward, began)
        thing = "Transfer" if direction == OUTBOUND and leg_uuid != call.call_uuid else LEGS.get(direction, "Call")
        step = max(fact.step for fact in told)
        figures[key] = _figure(Leg(thing, LEG, began, span, step), rate, record, evidence.decision(key))
    return figures


def of_records_alone(call: Call, known: Iterable[str], evidence: Evidence) -> dict[str, Figure]:
    """What only the carrier tells of, and a person decided on: its amount where they accepted it, nothing otherwise."""
    seen = set(known)
    figures: dict[str, Figure] = {}
    for key, record in evidence.records.items():
        decision = evidence.decision(key)
        if key in seen or not decision or record.call_uuid != call.call_uuid:
            continue
        began = record.began_at or call.began_at
        kind = KEYS.get(record.kind, record.kind)
        number = record.from_number if record.direction == "inbound" else record.to_number
        if kind == STREAM:
            rate = evidence.rate(STREAM, began)
        else:
            rate = evidence.leg_rate(record.direction or OUTBOUND, toward(number), began)
        figure = _figure(Leg("On the carrier’s bill alone", kind, began, None), rate, record, decision)
        figures[key] = figure if decision == ACCEPT else replace(figure, amount=ZERO, status=DISPUTED)
    return figures


def toward(number: str) -> str:
    """The digits of a number that its price goes by, and that may be kept for ever."""
    return "".join(filter(str.isdecimal, number if number.isascii() else ""))[:TOWARD]


def _figure(leg: Leg, rate: Rate | None, record: CarrierRecord | None, decision: str) -> Figure:
    """One figure for a stretch of the carrier's time, by the record where there is one."""
    said = verdict(record, rate, decision) if record else _estimate(leg.span, rate, decision)
    seconds = record.seconds if record else leg.span.seconds if leg.span else 0
    quantity = (Decimal(said.billed) / 60).quantize(FOUR_PLACES)
    return Figure(
        kind=leg.kind,
        description=_in_words(leg.thing, seconds, quantity, rate),
        seconds=seconds,
        quantity=quantity,
        unit=rate.unit if rate else "minute",
        rate_id=rate.pk if rate else None,
        amount=said.amount.quantize(SIX_PLACES),
        currency=said.currency,
        basis="carrier" if record else leg.span.basis if leg.span else "",
        began_at=leg.began,
        unit_price=rate.price / rate.per if rate else None,
        payee=CARRIER,
        step=leg.step,
        status=said.status,
        carrier_amount=record.amount if record else None,
        carrier_digest=record.digest if record else "",
    )


def _estimate(span: Span | None, rate: Rate | None, decision: str) -> Verdict:
    """What we make of our own facts. A stream that never connected is billed as its price says, everything else to the
    begun increment, and nothing is paid for what a person accepted as missing from the carrier's books."""
    if decision == ACCEPT:
        return Verdict(0, ZERO, rate.currency if rate else "USD", MATCHED)
    if span is None or rate is None:
        return Verdict(0, ZERO, rate.currency if rate else "USD", ESTIMATED)
    billed = billed_seconds(span.seconds, rate) if span.connected else rate.unconnected_seconds
    return Verdict(billed, amount_for_seconds(billed, rate), rate.currency, ESTIMATED)


def _in_words(thing: str, seconds: int, quantity: Decimal, rate: Rate | None) -> str:
    if rate is None:
        return f"{thing}, {seconds} s: {NO_PRICE}"
    price = f"{rate.price.normalize():f}"
    price = f"${price}" if rate.currency == "USD" else f"{price} {rate.currency}"
    return f"{thing}, {seconds} s, billed {quantity.normalize():f} min at {price}"


def _by_name(facts: Iterable[F], name: str) -> dict[str, list[F]]:
    found: dict[str, list[F]] = {}
    for fact in facts:
        found.setdefault(getattr(fact, name), []).append(fact)
    return found
