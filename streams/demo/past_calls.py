"""Stores the demo company's past calls: one of each way by the live side's own code, the others as its copies.

So their records, charges and figures are what the product makes of such calls, and a thousand are there in seconds.
Everything is drawn with a fixed seed. Callers go on calling meanwhile, so only a few calls are stored in one go, each
with all that belongs to it; whoever was stopped in between goes on where they stood.
"""

import copy
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from flows.models import PhoneNumber
from streams import calls, finalise
from streams.batches import batches
from streams.billing import books
from streams.billing.kinds import INBOUND, OUTBOUND
from streams.calls import LegFact
from streams.demo import carriers_books
from streams.demo.journeys import JOURNEYS, Journey, log_of
from streams.figures import repeats
from streams.figures.noting import note_figures
from streams.figures.rollups import changed, day_of, roll_up
from streams.models import (
    MAX_TRIES,
    AgentTurn,
    Call,
    CallEvent,
    CallFigures,
    CallStatus,
    CallSummary,
    CarrierRecord,
    Charge,
    LegEvent,
    StepVisit,
    Stream,
    StreamEvent,
    Utterance,
)
from streams.reports.one_call import zero

DAYS = 28
MARK = "demo-"  # how the carrier's names of these calls begin
OPEN = range(8, 18)
# How busy an hour is, of a busy one; on a weekday, on a Saturday, on a Sunday.
BUSY = {8: 5, 9: 8, 10: 10, 11: 9, 12: 6, 13: 6, 14: 8, 15: 7, 16: 6, 17: 4, 18: 2, 19: 1, 7: 1, 20: 1}
OF_A_WEEK = (1.15, 1.0, 0.95, 1.0, 0.85, 0.35, 0.12)
CALLS = 34  # on a usual weekday
REPEATS, AGAIN = 0.06, 120  # how many are of somebody who called before, and among how many calls before
# What is unique to a call.
NAMED = ("stream_id", "leg_uuid", "dedupe_key", "source_key", "carrier_id", "call_uuid", "parent_uuid")
COPIED: tuple[type[models.Model], ...] = (  # figures last: those that are older than a charge would be made anew
    *(Stream, StreamEvent, LegEvent, CallEvent, Utterance, CallSummary, AgentTurn, StepVisit, Charge, CallFigures),
)
IN_ONE_GO = 2  # calls in one transaction, about a hundred rows each

Rows = Mapping[type[models.Model], list[Any]]


def load(now: datetime) -> int:
    """Make the calls of the weeks before `now` on the demo company's number, once; returns how many there are new."""
    number = PhoneNumber.objects.select_related("version__flow").exclude(version=None).order_by("pk").first()
    if number is None or carriers_books.are_closed():
        return 0
    chance = random.Random(20)  # noqa: S311  (nothing to guess: a drawing)
    planned = list(_plan(now, chance))
    before = Call.objects.filter(call_uuid__startswith=MARK).count()
    firsts: dict[int, Call] = {}
    for began, way in planned:
        if way not in firsts:
            firsts[way] = _first(number, JOURNEYS[way], way, began)
    rest = [(began, way) for began, way in planned if began != firsts[way].answered_at]
    _copy(rest, firsts, chance)
    carriers_books.close({timezone.localdate(began) for began, _ in planned}, now)
    roll_up()
    return Call.objects.filter(call_uuid__startswith=MARK).count() - before


def _plan(now: datetime, chance: random.Random) -> Iterator[tuple[datetime, int]]:
    """When who calls, and which way they go: busy mornings, quiet Sundays, a little more each week."""
    today = timezone.localdate(now)
    for back in range(DAYS, -1, -1):
        day = today - timedelta(days=back)
        busy = CALLS * OF_A_WEEK[day.weekday()] * (1 - 0.006 * back) * chance.uniform(0.88, 1.12)
        for began in sorted(_moment(day, chance) for _ in range(round(busy))):
            way = _way(began, chance)
            if began < now - timedelta(minutes=20):
                yield began, way


def _moment(day: date, chance: random.Random) -> datetime:
    (hour,) = chance.choices(list(BUSY), list(BUSY.values()))
    at = time(hour, chance.randrange(60), chance.randrange(60))
    return datetime.combine(day, at, tzinfo=timezone.get_current_timezone())


def _way(began: datetime, chance: random.Random) -> int:
    local = timezone.localtime(began)
    is_open = local.hour in OPEN and local.weekday() < 5
    (way,) = chance.choices(range(len(JOURNEYS)), [way.open if is_open else way.closed for way in JOURNEYS])
    return way


def _first(number: PhoneNumber, journey: Journey, way: int, began: datetime) -> Call:
    """A call of this way, finished by the code that finishes every call; the one that is there, if there is one."""
    call = Call.objects.filter(call_uuid=f"{MARK}way-{way}").first()
    if call is None:
        with transaction.atomic():
            call = _told(number, journey, way, began)
    if call.status != CallStatus.FINISHED:
        finalise.finalise(call.pk, now=began + timedelta(hours=1))
        start, end = journey.moods
        if start:
            CallSummary.objects.filter(call=call).update(mood_start=start, mood_end=end)
            note_figures(call.pk)
    return Call.objects.get(pk=call.pk)


def _told(number: PhoneNumber, journey: Journey, way: int, began: datetime) -> Call:
    """What the line and the carrier told of a call that goes this way."""
    lasted = journey.seconds + (journey.away + 12 if journey.away else 0)
    call = Call.objects.create(
        call_uuid=f"{MARK}way-{way}",
        version=number.version,
        caller=f"+1415555{way:04}",
        called=number.number,
        began_at=began - timedelta(seconds=3),
        answered_at=began,
        ended_at=began + timedelta(seconds=lasted),
        seconds=round(lasted),
        ended_by="hangup" if journey.hung_up else "stop",
        status=CallStatus.ENDED,
        finalise_attempts=MAX_TRIES,  # the sweeper leaves it to us
    )
    lines = sorted(log_of(journey), key=lambda line: line[0])
    CallEvent.objects.bulk_create(
        CallEvent(call=call, seq=seq, at=at, kind=kind, step=step, data=data)
        for seq, (at, kind, step, data) in enumerate(lines, start=1)
    )
    _stream(call, began, journey.seconds)
    _legs(call, journey)
    carriers_books.write(call, journey)
    return call


def _stream(call: Call, began: datetime, seconds: float) -> None:
    name, ended = f"{call.call_uuid}-stream", began + timedelta(seconds=seconds)
    Stream.objects.create(stream_id=name, call=call, started_at=began, ended_at=ended, frames=round(seconds * 50))
    StreamEvent.objects.bulk_create(
        StreamEvent(source="socket", dedupe_key=f"{name}:{kind}", stream_id=name, call=call, kind=kind, occurred_at=at)
        for kind, at in (("start", began), ("stop", ended))
    )


def _legs(call: Call, journey: Journey) -> None:
    """What the carrier told of the call, and of the person it was put through to."""
    began, ended = zero(call), call.ended_at or zero(call)
    own = LegFact(leg_uuid=call.call_uuid, kind="answer", direction=INBOUND, number=call.called)
    calls.note_leg(call, own, source="webhook", at=began)
    calls.note_leg(call, replace(own, kind="end"), source="hangup", at=ended)
    if journey.away:
        step, name = journey.stays[-1].step, f"{call.call_uuid}-desk"
        desk = LegFact(leg_uuid=name, kind="dialled", direction=OUTBOUND, number=call.called, step=step)
        calls.note_leg(call, desk, source="webhook", at=began + timedelta(seconds=journey.seconds + 12))
        calls.note_leg(call, replace(desk, kind="length", seconds=journey.away), source="webhook", at=ended)


def _copy(planned: list[tuple[datetime, int]], firsts: dict[int, Call], chance: random.Random) -> None:
    """Each of the others, with everything that belongs to it moved to its time and given its name."""
    twins = [_twin(firsts[way], began, place) for place, (began, way) in enumerate(planned)]
    for place, call in enumerate(twins[AGAIN:], start=AGAIN):
        if chance.random() < REPEATS:
            call.caller = twins[place - chance.randrange(1, AGAIN)].caller
    rows = {way: _rows_of(first) for way, first in firsts.items()}
    there = set(Call.objects.filter(call_uuid__startswith=MARK).values_list("call_uuid", flat=True))
    wanted = [(twin, way) for twin, (_, way) in zip(twins, planned, strict=True) if twin.call_uuid not in there]
    for some in batches(wanted, IN_ONE_GO):
        with transaction.atomic():
            Call.objects.bulk_create(twin for twin, _ in some)
            _store([_moved_all(rows[way], firsts[way], twin) for twin, way in some])
            changed(day_of(twin.began_at) for twin, _ in some)
    often = Counter(twin.caller for twin in twins)
    for twin in twins:
        if often[twin.caller] > 1:
            repeats.mend(repeats.hash_of(twin.caller), twin.began_at)


def _rows_of(first: Call) -> Rows:
    """Everything that belongs to this call."""
    rows: dict[type[models.Model], list[Any]] = {
        table: list(table._default_manager.filter(call=first).order_by("pk")) for table in COPIED
    }
    return rows | {CarrierRecord: list(carriers_books.of(first))}


def _moved_all(rows: Rows, first: Call, twin: Call) -> Rows:
    made = {table: [_moved(row, first, twin) for row in those] for table, those in rows.items()}
    for figures in made[CallFigures]:
        figures.caller_hash = repeats.hash_of(twin.caller)
    return made


def _store(copies: list[Rows]) -> None:
    """Rows of some calls, and what their charges book. Within the transaction that stores those calls."""
    together: dict[type[models.Model], list[Any]] = defaultdict(list)
    for rows in copies:
        for table, those in rows.items():
            together[table] += those
    for table, those in together.items():
        stored: list[Any] = table._default_manager.bulk_create(those, batch_size=500)
        if table is Charge:
            books.post(stored)


def _twin(first: Call, began: datetime, place: int) -> Call:
    twin = _moved(first, first, first, by=began - zero(first))
    twin.call_uuid, twin.caller = f"{MARK}call-{place}", f"+1415556{place:04}"
    return twin


def _moved(row: Any, first: Call, twin: Call, by: timedelta | None = None) -> Any:
    """A copy of `row` that belongs to `twin`: moments as much later, names of `first` become its own."""
    later = zero(twin) - zero(first) if by is None else by
    copy_ = copy.copy(row)
    copy_._state = models.base.ModelState()
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key and not field.is_relation:
            setattr(copy_, field.attname, None)
        elif isinstance(value, datetime):
            setattr(copy_, field.attname, value + later)
        elif field.name in NAMED:
            setattr(copy_, field.attname, _renamed(value, first, twin))
        elif field.name == "call":
            copy_.call = twin
    return copy_


def _renamed(name: str, first: Call, twin: Call) -> str:
    """`stream:…`, `ai:PK:…` and the like, of another call."""
    return name.replace(first.call_uuid, twin.call_uuid).replace(f":{first.pk}:", f":{twin.pk}:")
