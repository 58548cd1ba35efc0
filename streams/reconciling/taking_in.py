"""From the carrier's answers to rows: records kept, what cannot be read noted, and the calls concerned charged anew."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from streams import calls
from streams.carriers.plivo_records import Books
from streams.models import Call, CarrierRecord, Stream
from streams.reconciling import account
from streams.reconciling.keeping import keep, note_unreadable
from streams.reconciling.reading import Told, Unreadable, read_call, read_stream


def page(books: Books, records: Iterable[Any], day: date, *, thorough: bool) -> None:
    """Take in one page of a day's list, and the streams of its calls: of all when `thorough`, else of those whose
    record is new, or of whose streams one is missing here."""
    changed, roots = set(), set()
    for record in records:
        told = _read("call", "", record, day, lambda found: read_call(found, account.zone()))
        if told is None:
            continue
        is_news = keep(told)
        if is_news:
            changed.add(told.call_uuid)
        if not told.parent_uuid:
            roots.add(told.call_uuid)
    for call_uuid in sorted(roots if thorough else roots & (changed | lacking_streams(roots))):
        if streams(books, call_uuid, day):
            changed.add(call_uuid)
    charge_anew(changed)


def call(books: Books, call_uuid: str, day: date) -> bool:
    """Take in everything of one call: its record, the legs dialled from it, its streams. False while there is none."""
    found = books.of_call(call_uuid)
    told = _read("call", call_uuid, found, day, lambda record: read_call(record, account.zone())) if found else None
    if told is None:
        return False
    news = [keep(told), streams(books, call_uuid, day)]
    for record in books.legs_of(call_uuid):
        leg = _read("call", call_uuid, record, day, lambda found: read_call(found, account.zone()))
        news.append(leg is not None and keep(leg))
    if any(news):
        charge_anew({call_uuid})
    return True


def streams(books: Books, call_uuid: str, day: date) -> bool:
    """Take in the records of this call's streams; True when one says something new."""
    news = []
    for record in books.streams_of(call_uuid):
        told = _read("stream", call_uuid, record, day, lambda found: read_stream(found, call_uuid, account.zone()))
        news.append(told is not None and keep(told))
    return any(news)


def lacking_streams(call_uuids: Iterable[str]) -> set[str]:
    """Those of these calls of which we know a stream that has no record here."""
    ours = Stream.objects.filter(call__call_uuid__in=list(call_uuids))
    known = CarrierRecord.objects.filter(kind="stream", call_uuid__in=list(call_uuids)).values("carrier_id")
    return set(ours.exclude(stream_id__in=known).values_list("call__call_uuid", flat=True))


def charge_anew(call_uuids: Iterable[str]) -> None:
    """Have the charges of these calls brought up to date, where we know the calls."""
    for call_pk in Call.objects.filter(call_uuid__in=list(call_uuids), rehearsal=None).values_list("pk", flat=True):
        calls.ring(call_pk)


def _read(kind: str, call_uuid: str, record: Any, day: date, how: Callable[[Any], Told | None]) -> Told | None:
    try:
        return how(record)
    except Unreadable as error:
        note_unreadable(kind, call_uuid, record, str(error), day)
        return None
