"""What AI and speech engines used on a call, from its log, and what that comes to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from streams.billing.evidence import Evidence
from streams.billing.kinds import AI, Kind
from streams.billing.rates import SIX_PLACES, amount_for_quantity
from streams.billing.storing import Figure
from streams.models import Call, CallEvent, Rate

FOUR_PLACES = Decimal("0.0001")
MOST_UNITS = 10**8  # of one model on one line of a call's log; more is a fault, not a bill

# Engines that run on our own machines. They are shown in the costs all the same, by the title that says what they are
# ("Scripted assistant (no AI)"), and are free.
OWN_ENGINES = ("local",)


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of one unit of one model a call used. `engine` tells whether it is our own."""

    engine: str
    model: str
    unit: str
    quantity: Decimal
    estimated: bool = False  # at least in part
    step: str = ""  # where it was used, if that was one step

    @property
    def rate_kind(self) -> str:
        """The kind of rate that prices it."""
        return Kind(self.model, self.unit).stored[:100]


def of_usage(call: Call, used: Iterable[Usage], evidence: Evidence) -> dict[str, Figure]:
    """Each unit of each model that this call used."""
    return {
        f"{AI}:{call.pk}:{usage.model}:{usage.unit}"[:200]: _figure(
            usage, evidence.rate(usage.rate_kind, call.began_at), call.began_at
        )
        for usage in used
    }


def _figure(usage: Usage, rate: Rate | None, began: datetime) -> Figure:
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
        began_at=began,
        unit_price=rate.price / rate.per if rate else None,
        payee=usage.engine[:40],
        step=usage.step,
    )


def _counted(quantity: Decimal, units: str) -> str:
    """A quantity as people say it: “1 turn”, “1,130 text tokens read”."""
    if quantity == 1:
        units = re.sub(r"ies\b|s\b", lambda found: "y" if found[0] == "ies" else "", units, count=1)
    return f"{quantity.normalize():,f} {units}"


def used_on(call_pk: int) -> list[Usage]:
    """What was used on this call, by model and unit. Lines that make no sense count as nothing."""
    found: dict[tuple[str, str], Usage] = {}
    lines = CallEvent.objects.filter(call_id=call_pk, kind="used").order_by("seq")
    for step, data in lines.values_list("step", "data"):
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
            step=step if before is None or before.step == step else "",
        )
    return [found[key] for key in sorted(found)]


def _quantity(said: Any) -> Decimal | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    quantity = Decimal(str(said))
    usable = quantity.is_finite() and 0 <= quantity < MOST_UNITS
    return quantity.quantize(FOUR_PLACES) if usable else None
