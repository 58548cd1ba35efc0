"""What making prompts cost each day: rendering at publication, in the admin to be heard, and on calls that lacked one.

It belongs to no call, so there is no charge for it; the same prices apply. A prompt is paid for once, when it is made.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from flows.models import PromptAudio
from streams.billing.kinds import Kind
from streams.billing.rates import amount_for_quantity, rate_at
from streams.billing.usage import OWN_ENGINES
from streams.models import Rate


@dataclass(slots=True)
class Made:
    """What the prompts of one day cost, and the models of which no price is known."""

    cost: Decimal = field(default_factory=Decimal)
    unpriced: set[str] = field(default_factory=set)


def making(began: datetime, ended: datetime) -> dict[date, Made]:
    """By day of the site's time zone, of all prompts that were made from `began` up to `ended`; two queries at most."""
    made = PromptAudio.objects.filter(rendered_at__gte=began, rendered_at__lt=ended).exclude(used=[])
    used = [
        (at, Kind(str(use["model"]), str(use["unit"])), Decimal(str(use["quantity"])))
        for at, uses in made.values_list("rendered_at", "used")
        for use in uses
        if use["engine"] not in OWN_ENGINES
    ]
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.filter(kind__in={kind.stored for _, kind, _ in used}):
        rates.setdefault(rate.kind, []).append(rate)
    days: dict[date, Made] = {}
    for at, kind, quantity in used:
        day = days.setdefault(timezone.localdate(at), Made())
        price = rate_at(rates.get(kind.stored, []), at)
        if price is None:
            day.unpriced.add(kind.model)
        else:
            day.cost += amount_for_quantity(quantity, price)
    return days
