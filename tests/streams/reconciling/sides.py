"""Calls of one noon with both sides, made without a carrier: records row by row, charges by the product."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from streams.billing.charges import charge_call
from streams.figures import rollups
from streams.models import Call, CarrierRecord, Stream, StreamEvent

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = NOON.date()
LATER = NOON + timedelta(days=2)
_names = count(1)


def heard(seconds=61, *, at=NOON, charged=True, **fields):
    """A call of ours with one stream of so many seconds, charged by what we heard."""
    name = next(_names)
    times = {"began_at": at, "answered_at": at, "ended_at": at + timedelta(seconds=seconds)}
    call = Call.objects.create(call_uuid=f"heard-{name}", status="finished", **times | fields)
    stream = Stream.objects.create(
        call=call, stream_id=f"stream-{name}", started_at=at, ended_at=at + timedelta(seconds=seconds)
    )
    for kind, moment in (("start", at), ("stop", stream.ended_at)):
        StreamEvent.objects.create(
            source="socket", dedupe_key=f"{name}:{kind}", stream_id=stream.stream_id, call=call, kind=kind,
            occurred_at=moment,
        )  # fmt: skip
    if charged:
        charge_call(call.pk)
    rollups.changed([rollups.day_of(at)])  # as the figures of a call say when its record is made
    return call, f"stream:{stream.stream_id}"


def billed(call, key="", *, seconds=61, amount=None, at=NOON, kind="stream", charged=True):
    """The carrier's record of a stream: of ours by its key, or of one that nobody here knows."""
    name = key.partition(":")[2] or f"unseen-{next(_names)}"
    minutes = -(-seconds // 60)
    uuid = call.call_uuid if isinstance(call, Call) else call
    CarrierRecord.objects.create(
        kind=kind, carrier_id=name, call_uuid=uuid, began_at=at, seconds=seconds, billed_seconds=minutes * 60,
        amount=minutes * Decimal("0.003") if amount is None else Decimal(amount), digest=f"d{next(_names)}",
        fetched_at=at + timedelta(minutes=5),
    )  # fmt: skip
    if charged and isinstance(call, Call):
        charge_call(call.pk)
    rollups.changed([rollups.day_of(at)])  # as the reader of the carrier's books says when a day is read
    return f"{'stream' if kind == 'stream' else 'leg'}:{name}"
