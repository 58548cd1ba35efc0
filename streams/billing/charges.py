"""Charges, stored: one current charge for each thing that costs, a new version only when something changed.

Every figure is computed from stored facts alone, under a lock on the row it belongs to, so it may be made any number
of times, in any order, by any number of workers, and after any crash. Unique constraints are the last net.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from streams.billing.kinds import AI, STREAM, Kind
from streams.billing.price_list import SINCE, list_prices
from streams.billing.rates import (
    SIX_PLACES,
    Span,
    amount_for_quantity,
    amount_for_seconds,
    billed_seconds,
    rate_at,
    rate_stream,
)
from streams.models import Call, CallEvent, Charge, Rate, Stream, StreamEvent

FOUR_PLACES = Decimal("0.0001")
MOST_UNITS = 10**8  # of one model on one line of a call's log; more is a fault, not a bill

# Engines that run on our own machines. They are shown in the costs all the same, by the title that says what they are
# ("Scripted assistant (no AI)"), and are free.
OWN_ENGINES = ("local",)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a charge should say. Two equal figures need no new version, whatever words describe them."""

    kind: str
    description: str = field(compare=False)
    seconds: int
    quantity: Decimal
    unit: str
    rate_id: int | None
    amount: Decimal
    currency: str
    basis: str


def ship_rates(**_: Any) -> None:
    """Create the prices that the product ships with, each once; what a site adds or changes stays.

    Follows every `migrate`, also one that stops before there is a table of rates.
    """
    if Rate._meta.db_table not in connection.introspection.table_names():
        return
    shipped = [
        Rate(kind=STREAM, valid_from=datetime(2020, 1, 1, tzinfo=UTC), price=Decimal("0.003")),
        *(
            Rate(kind=f"{AI}:{row.model}:{row.unit}", unit=row.unit, price=row.price, per=row.per, valid_from=SINCE)
            for row in list_prices()
        ),
    ]
    Rate.objects.bulk_create(shipped, ignore_conflicts=True)


def charge_stream(stream_id: str) -> Charge | None:
    """Bring the charge of this stream up to date; returns the current one, None while nobody told the stream's end.

    Raises `NoRate` when no price is valid at its start.
    """
    with transaction.atomic():
        stream = Stream.objects.select_for_update(no_key=True).filter(stream_id=stream_id).first()
        span = rate_stream(StreamEvent.objects.filter(stream_id=stream_id))
        if stream is None or span is None:
            return None
        rate = rate_at(Rate.objects.filter(kind=STREAM), span.began)
        if rate is None:
            raise NoRate(f"No price for “{STREAM}” is valid on {span.began:%Y-%m-%d}. Add one under Prices.")
        return _store(f"{STREAM}:{stream_id}", stream.call_id, _stream_figure(span, rate))


def charge_usage(call_pk: int) -> list[Charge]:
    """Bring the charges for what AI and speech engines used on this call up to date; returns the current ones."""
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call_pk)
        used = _usage(call_pk)
        rates: dict[str, list[Rate]] = {}
        for rate in Rate.objects.filter(kind__in=[usage.rate_kind for usage in used]):
            rates.setdefault(rate.kind, []).append(rate)
        return [
            _store(
                f"{AI}:{call_pk}:{usage.model}:{usage.unit}"[:200],
                call_pk,
                _usage_figure(usage, rate_at(rates.get(usage.rate_kind, []), call.began_at)),
            )
            for usage in used
        ]


def usage_prices(moment: datetime) -> dict[str, Decimal]:
    """What one unit of each model costs at `moment`, by the kind of its rate: for limits on calls that go on."""
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.filter(kind__startswith=f"{AI}:"):
        rates.setdefault(rate.kind, []).append(rate)
    valid = {kind: rate_at(known, moment) for kind, known in rates.items()}
    return {kind: rate.price / rate.per for kind, rate in valid.items() if rate}


class NoRate(Exception):
    """Something was used that has no price. The message says where to add one."""


def _stream_figure(span: Span, rate: Rate) -> Figure:
    billed = billed_seconds(span.seconds, rate)
    quantity = (Decimal(billed) / 60).quantize(FOUR_PLACES)
    price = f"${rate.price.normalize():f}" if rate.currency == "USD" else f"{rate.price.normalize():f} {rate.currency}"
    return Figure(
        kind=STREAM,
        description=f"Stream, {span.seconds} s, billed {quantity.normalize():f} min at {price}",
        seconds=span.seconds,
        quantity=quantity,
        unit=rate.unit,
        rate_id=rate.pk,
        amount=amount_for_seconds(billed, rate),
        currency=rate.currency,
        basis=span.basis,
    )


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of one unit of one model a call used. `engine` tells whether it is our own."""

    engine: str
    model: str
    unit: str
    quantity: Decimal
    estimated: bool = False  # at least in part

    @property
    def rate_kind(self) -> str:
        """The kind of rate that prices it."""
        return Kind(self.model, self.unit).stored[:100]


def _usage_figure(usage: Usage, rate: Rate | None) -> Figure:
    used = _counted(usage.quantity, Kind(usage.model, usage.unit).counted)
    if usage.engine in OWN_ENGINES:
        rate, description = None, f"{usage.model}, {used}: our own engine, free"
    elif rate is None:
        description = f"{usage.model}, {used}: no price is known, add one under Prices"
    else:
        description = f"{usage.model}, {used}"
    return Figure(
        kind=AI,
        description=description[:160],
        seconds=0,
        quantity=usage.quantity,
        unit=usage.unit[:40],
        rate_id=rate.pk if rate else None,
        amount=amount_for_quantity(usage.quantity, rate) if rate else Decimal(0).quantize(SIX_PLACES),
        currency=rate.currency if rate else "USD",
        basis="estimate" if usage.estimated else "usage",
    )


def _counted(quantity: Decimal, units: str) -> str:
    """A quantity as people say it: “1 turn”, “1,130 text tokens read”."""
    if quantity == 1:
        units = re.sub(r"ies\b|s\b", lambda found: "y" if found[0] == "ies" else "", units, count=1)
    return f"{quantity.normalize():,f} {units}"


def _usage(call_pk: int) -> list[Usage]:
    """What was used on this call, by model and unit. Lines that make no sense count as nothing."""
    found: dict[tuple[str, str], Usage] = {}
    for data in CallEvent.objects.filter(call_id=call_pk, kind="used").values_list("data", flat=True):
        quantity = _quantity(data.get("quantity"))
        if quantity is None:
            continue
        engine, model, unit = (str(data.get(name, "")) for name in ("engine", "model", "unit"))
        before = found.get((model, unit))
        found[model, unit] = Usage(
            engine=before.engine if before and before.engine not in OWN_ENGINES else engine,
            model=model,
            unit=unit,
            quantity=quantity + (before.quantity if before else 0),
            estimated=bool(data.get("estimated")) or (before is not None and before.estimated),
        )
    return [found[key] for key in sorted(found)]


def _quantity(said: Any) -> Decimal | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    quantity = Decimal(str(said))
    usable = quantity.is_finite() and 0 <= quantity < MOST_UNITS
    return quantity.quantize(FOUR_PLACES) if usable else None


def _store(key: str, call_pk: int, figure: Figure) -> Charge:
    """The current charge of `key`, after making it say `figure`. The caller holds the lock of what is charged."""
    current = current_charge(key)
    if current is not None and _says(current) == figure:
        return current
    return Charge.objects.create(
        source_key=key,
        version=current.version + 1 if current else 1,
        supersedes=current,
        call_id=call_pk,
        reason="first" if current is None else _why(_says(current), figure),
        **{name: getattr(figure, name) for name in Figure.__slots__},
    )


def current_charge(key: str) -> Charge | None:
    """The charge of this thing that nobody supersedes."""
    return Charge.objects.current().filter(source_key=key).first()


def _says(charge: Charge) -> Figure:
    return Figure(**{name: getattr(charge, name) for name in Figure.__slots__})


def _why(before: Figure, after: Figure) -> str:
    """What changed, for the person who reads the history of a charge."""
    changed = [
        name.removesuffix("_id")
        for name in ("basis", "seconds", "rate_id", "quantity")
        if getattr(before, name) != getattr(after, name)
    ]
    return (", ".join(changed) or "wording") + " changed"
