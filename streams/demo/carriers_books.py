"""What the carrier's books say of the demo company's calls: all that the line heard, and two things that it did not.

So the days add up but for what a person would have to look at.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil

from django.db.models import Q, QuerySet

from streams.demo.journeys import Journey
from streams.models import BookDay, Call, CarrierRecord
from streams.reports.one_call import zero

STREAM, CALL_IN, CALL_OUT = (
    Decimal("0.003"),
    Decimal("0.0055"),
    Decimal("0.0115"),
)  # a minute, as the product ships them
UNSEEN_MINUTES = 100  # of a stream that the line never saw, the day before
UNSEEN = "demo-unseen"


def write(call: Call, journey: Journey) -> None:
    """The carrier's records of this call: its stream, its leg, and that of the person it was put through to."""
    name, began = call.call_uuid, zero(call)
    _record(call, "stream", f"{name}-stream", began, journey.seconds, STREAM)
    _record(call, "call", name, began, call.seconds or 0, CALL_IN)
    if journey.away:
        put_through = began + timedelta(seconds=journey.seconds + 12)
        _record(call, "call", f"{name}-desk", put_through, journey.away, CALL_OUT, parent=name)


def of(call: Call) -> QuerySet[CarrierRecord]:
    """The records of this call."""
    return CarrierRecord.objects.filter(Q(call_uuid=call.call_uuid) | Q(parent_uuid=call.call_uuid)).order_by("pk")


def are_closed() -> bool:
    """Whether everything is in them."""
    return CarrierRecord.objects.filter(call_uuid=UNSEEN).exists()


def close(days: Iterable[date], now: datetime) -> None:
    """The books of these days were read to their end; yesterday's tell of a stream that nobody here knows."""
    BookDay.objects.bulk_create([BookDay(day=day, whole_at=now) for day in days], ignore_conflicts=True)
    began = now.replace(hour=17, minute=21, second=9, microsecond=0) - timedelta(days=1)
    stranger = Call(call_uuid=UNSEEN, answered_at=began, began_at=began)
    _record(stranger, "stream", f"{UNSEEN}-stream", began, UNSEEN_MINUTES * 60, STREAM)


def _record(
    call: Call, kind: str, name: str, began: datetime, seconds: float, price: Decimal, *, parent: str = ""
) -> None:
    lasted = ceil(seconds)
    minutes = -(-lasted // 60)
    CarrierRecord.objects.create(
        kind=kind,
        carrier_id=name,
        call_uuid=call.call_uuid,
        parent_uuid=parent,
        direction="outbound" if parent else "inbound",
        began_at=began,
        ended_at=began + timedelta(seconds=lasted),
        seconds=lasted,
        billed_seconds=minutes * 60,
        unit_price=price,
        amount=price * minutes,
        digest="demo",
        fetched_at=began + timedelta(seconds=lasted + 30),
    )
