"""Price rows: those that the product ships with, and what prices are at a moment."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from streams.billing.kinds import AI, LEG, STREAM, Kind, leg_kind
from streams.billing.price_list import CARRIER_SINCE, PER_LEG_MINUTE, PER_STREAM_MINUTE, SINCE, list_prices
from streams.billing.rates import rate_at
from streams.models import Rate


def ship_rates(**_: Any) -> None:
    """Create the prices that the product ships with, each once; what a site adds or changes stays.

    Follows every `migrate`, also one that stops before there is a table of rates.
    """
    if Rate._meta.db_table in connection.introspection.table_names():
        Rate.objects.bulk_create(shipped(), ignore_conflicts=True)


def shipped() -> Iterator[Rate]:
    """The rows to ship. They touch no call that was charged already, unless it had no price."""
    yield Rate(kind=STREAM, valid_from=CARRIER_SINCE, price=PER_STREAM_MINUTE)
    for (direction, prefix), price in PER_LEG_MINUTE.items():
        yield Rate(kind=leg_kind(direction, prefix).stored, valid_from=CARRIER_SINCE, price=Decimal(price))
    for row in list_prices():
        kind = Kind(row.model, row.unit).stored
        yield Rate(kind=kind, unit=row.unit, price=row.price, per=row.per, valid_from=SINCE)


def usage_prices(moment: datetime) -> dict[str, Decimal]:
    """What one unit of each model costs at `moment`, by the kind of its rate: for limits on calls that go on."""
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.filter(kind__startswith=f"{AI}:"):
        rates.setdefault(rate.kind, []).append(rate)
    valid = {kind: rate_at(known, moment) for kind, known in rates.items()}
    return {kind: rate.price / rate.per for kind, rate in valid.items() if rate}


def with_until(rates: QuerySet[Rate]) -> QuerySet[Rate]:
    """The same, each with `until`: when the next price of its kind begins, None for the last."""
    later = Rate.objects.filter(kind=OuterRef("kind"), valid_from__gt=OuterRef("valid_from")).order_by("valid_from")
    return rates.annotate(until=Subquery(later.values("valid_from")[:1]))


def kinds_of(used: list[str]) -> Q:
    """Which prices charging a call needs: all of the carrier's, and those of what was used."""
    return Q(kind__in=[STREAM, *used]) | Q(kind__startswith=f"{LEG}:")
