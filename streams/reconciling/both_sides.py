"""What both sides have for the calls of some days, put together: one `Thing` for each stream and leg."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from streams.billing.rates import rate_leg
from streams.models import BookDay, Call, CarrierRecord, Charge, LegEvent, Rate, Settlement, Stream
from streams.reconciling.matching import Bucket, Decided, Ours, Theirs, Thing, match
from streams.reports.daily import bounds

CARRIER_KINDS = ("stream", "leg")
KEYS = {"stream": "stream", "call": "leg"}  # kind of record, and what its charge is named by


@dataclass(frozen=True, slots=True)
class OurCall:
    """What is needed of a call."""

    pk: int
    uuid: str
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


def things(first: date, last: date, now: datetime | None = None) -> list[Thing]:
    """Every stream and leg of these days (in the site's zone, by the call's beginning), in the order of their calls.

    Test calls have no part in it. A call that we never saw is in the day in which the carrier says it began.
    """
    now = now or datetime.now(UTC)
    began, ended = bounds(first, last)
    calls = _calls(Q(began_at__gte=began, began_at__lt=ended))
    records = _records(began, ended, calls)
    charges = _charges(calls)
    heard = _heard(calls)
    decisions = decided(began)
    read = dict(BookDay.objects.filter(day__gte=first).values_list("day", "whole_at"))
    by_uuid = {call.uuid: call for call in calls.values()}
    found = []
    for key in {**charges, **records}:
        charge, record = charges.get(key), records.get(key)
        call = calls[charge["call_id"]] if charge else by_uuid.get(records[key]["call_uuid"])
        ours = _ours(charge, heard[key], call) if charge and call and key in heard else None
        found.append(_thing(key, call, ours, record, decisions, read, now))
    return sorted(found, key=lambda thing: (thing.at, thing.call_uuid, thing.source_key))


def _thing(
    key: str,
    call: OurCall | None,
    ours: Ours | None,
    record: dict[str, Any] | None,
    decisions: dict[tuple[str, str], Decided],
    read: dict[date, datetime | None],
    now: datetime,
) -> Thing:
    theirs = _theirs(record) if record else None
    over_on = timezone.localdate(call.ended_at) if call and call.ended_at else None
    figure, bucket, why = match(
        ours, theirs, is_known=call is not None, read_at=read.get(over_on) if over_on else None, now=now
    )
    at = call.began_at if call else record["began_at"] or record["fetched_at"]  # type: ignore[index]
    digest = theirs.digest if theirs else ""
    return Thing(
        source_key=key,
        day=timezone.localdate(at),
        at=at,
        call_pk=call.pk if call else None,
        call_uuid=call.uuid if call else record["call_uuid"],  # type: ignore[index]
        ours=figure,
        theirs=theirs.amount if theirs else None,
        digest=digest,
        bucket=bucket,
        why=why,
        decided=decisions.get((key, digest)),
    )


def decided(since: datetime) -> dict[tuple[str, str], Decided]:
    """What people said since then, by thing and state of its record; the newest word counts."""
    rows = Settlement.objects.filter(at__gte=since).select_related("by").order_by("pk")
    return {
        (row.source_key, row.carrier_digest): Decided(
            decision=row.decision, note=row.note, by=row.by.get_full_name() or row.by.get_username(), at=row.at
        )
        for row in rows
    }


def _calls(which: Q) -> dict[int, OurCall]:
    fields = ("pk", "call_uuid", "began_at", "answered_at", "ended_at")
    rows = Call.objects.filter(which, rehearsal=None).order_by().values_list(*fields)
    return {row[0]: OurCall(*row) for row in rows.iterator()}


def _charges(calls: dict[int, OurCall]) -> dict[str, dict[str, Any]]:
    rates = Rate.objects.in_bulk()
    fields = ("source_key", "call_id", "amount", "rate_id")
    rows = Charge.objects.current().filter(kind__in=CARRIER_KINDS, **_between(calls)).order_by().values(*fields)
    return {
        row["source_key"]: row | {"rate": rates.get(row["rate_id"])}
        for row in rows.iterator()
        if row["call_id"] in calls
    }


def _heard(calls: dict[int, OurCall]) -> dict[str, int | None]:
    """How long we heard each stream and leg, in begun seconds, None where we know of it and no more. What is not in it
    we never heard, whatever was charged for it since."""
    spans = {f"leg:{call.uuid}": (call.answered_at, call.ended_at) for call in calls.values()}
    streams = Stream.objects.filter(**_between(calls)).order_by().values_list("stream_id", "started_at", "ended_at")
    spans |= {f"stream:{name}": (began, ended) for name, began, ended in streams.iterator()}
    heard = {key: _seconds(began, ended) for key, (began, ended) in spans.items()}
    legs: dict[str, list[LegEvent]] = {}
    for fact in LegEvent.objects.filter(**_between(calls)).order_by().iterator():
        legs.setdefault(fact.leg_uuid, []).append(fact)
    for uuid, facts in legs.items():
        span = rate_leg(facts)
        heard[f"leg:{uuid}"] = span.seconds if span else heard.get(f"leg:{uuid}")
    return heard


def _seconds(began: datetime | None, ended: datetime | None) -> int | None:
    return max(ceil((ended - began).total_seconds()), 0) if began and ended else None


def _between(calls: dict[int, OurCall]) -> dict[str, Any]:
    """What narrows rows down to about these calls, without naming each."""
    if not calls:
        return {"pk": None}
    moments = [call.began_at for call in calls.values()]
    return {"call__began_at__gte": min(moments), "call__began_at__lte": max(moments)}


RECORD_FIELDS = ("pk", "kind", "carrier_id", "call_uuid", "began_at", "seconds", "billed_seconds", "amount", "digest")


def _records(began: datetime, ended: datetime, calls: dict[int, OurCall]) -> dict[str, dict[str, Any]]:
    """The newest state of each record of these calls, and of those of calls that we never saw in that time."""
    ours = Call.objects.filter(began_at__gte=began, began_at__lt=ended, rehearsal=None).values("call_uuid")
    in_time = Q(began_at__gte=began, began_at__lt=ended)
    timeless = Q(began_at=None, fetched_at__gte=began, fetched_at__lt=ended)
    known = {call.uuid for call in calls.values()}
    newest = _newest(CarrierRecord.objects.filter(call_uuid__in=ours))
    foreign = _newest(CarrierRecord.objects.filter(in_time | timeless))
    foreign = {key: row for key, row in foreign.items() if row["call_uuid"] not in known}
    elsewhere = _known_elsewhere({row["call_uuid"] for row in foreign.values()})
    return newest | {key: row for key, row in foreign.items() if row["call_uuid"] not in elsewhere}


def _newest(records: QuerySet[CarrierRecord]) -> dict[str, dict[str, Any]]:
    """By charge, the last state of each record; `first` is when the first was fetched."""
    found: dict[str, dict[str, Any]] = {}
    for row in records.order_by("pk").values(*RECORD_FIELDS, "fetched_at").iterator():
        key = f"{KEYS[row['kind']]}:{row['carrier_id']}"
        found[key] = row | {"first": found[key]["first"] if key in found else row["fetched_at"]}
    return found


def _known_elsewhere(call_uuids: Iterable[str]) -> set[str]:
    """Those of these calls that we know: they belong to another day, or are test calls."""
    return set(Call.objects.filter(call_uuid__in=list(call_uuids)).values_list("call_uuid", flat=True))


def _ours(charge: dict[str, Any], heard: int | None, call: OurCall) -> Ours:
    return Ours(amount=charge["amount"], rate=charge["rate"], heard=heard, ended_at=call.ended_at)


def _theirs(record: dict[str, Any]) -> Theirs:
    return Theirs(
        amount=Decimal(record["amount"]),
        seconds=record["seconds"],
        billed_seconds=record["billed_seconds"],
        digest=record["digest"],
        fetched_at=record["first"],
    )


def apart(found: Iterable[Thing]) -> list[Thing]:
    """Those that are not alike on both sides, the open ones first."""
    return sorted((thing for thing in found if thing.is_apart), key=lambda thing: (thing.decided is not None, thing.at))


def count(found: Iterable[Thing], bucket: Bucket) -> int:
    """How many came to this."""
    return sum(thing.bucket is bucket for thing in found)
