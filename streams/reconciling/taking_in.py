"""From the carrier's answers to rows. What belongs to one call is asked for first, and then kept together with the
charges that follow from it, so that a worker that is killed leaves both or neither."""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from streams.billing.charges import charge_call
from streams.billing.minutes import NoRate
from streams.carriers.plivo_records import Books
from streams.models import Call, CarrierRecord, Stream
from streams.reconciling import account
from streams.reconciling.keeping import is_news, keep, note_unreadable
from streams.reconciling.reading import Told, Unreadable, read_call, read_stream

log = logging.getLogger(__name__)


def page(books: Books, records: Iterable[Any], day: date, *, thorough: bool) -> None:
    """Take in one page of a day's list, and the streams of its calls: of all when `thorough`, else of those whose
    record is new, or of whose streams one is missing here."""
    told = [found for record in records if (found := _read_call(record, day))]
    roots = {one.call_uuid for one in told if not one.parent_uuid}
    wanted = roots if thorough else {one.call_uuid for one in told if is_news(one)} & roots | lacking_streams(roots)
    for one in told:
        has_streams = one.call_uuid in wanted and not one.parent_uuid
        keep_all([one, *(_streams(books, one.call_uuid, day) if has_streams else [])])


def call(books: Books, call_uuid: str, day: date) -> bool:
    """Take in everything of one call: its record, the legs dialled from it, its streams. False while there is none."""
    record = books.of_call(call_uuid)
    told = _read_call(record, day, call_uuid) if record else None
    if told is None:
        return False
    legs = [_read_call(leg, day, call_uuid) for leg in books.legs_of(call_uuid)]
    keep_all([told, *_streams(books, call_uuid, day), *(leg for leg in legs if leg)])
    return True


def keep_all(told: Iterable[Told]) -> None:
    """Keep these records of one call, and bring its charges up to date if one says something new."""
    told = list(told)
    with transaction.atomic():
        news = [keep(one) for one in told]
        if any(news):
            charge_anew(told[0].call_uuid)


def lacking_streams(call_uuids: Iterable[str]) -> set[str]:
    """Those of these calls of which we know a stream that has no record here."""
    ours = Stream.objects.filter(call__call_uuid__in=list(call_uuids))
    known = CarrierRecord.objects.filter(kind="stream", call_uuid__in=list(call_uuids)).values("carrier_id")
    return set(ours.exclude(stream_id__in=known).values_list("call__call_uuid", flat=True))


def charge_anew(call_uuid: str) -> None:
    """Bring the charges of this call up to date, if it is one that we know and that a carrier has part in."""
    found = Call.objects.filter(call_uuid=call_uuid, rehearsal=None).values_list("pk", flat=True).first()
    if found is None:
        return
    try:
        charge_call(found)
    except NoRate as error:  # what has a price is charged; the record stays, and is matched once there is one
        log.warning("Call %s cannot be charged whole: %s", found, error)


def _streams(books: Books, call_uuid: str, day: date) -> list[Told]:
    how = partial(read_stream, call_uuid=call_uuid, zone=account.zone())
    found = (_read("stream", call_uuid, record, day, how) for record in books.streams_of(call_uuid))
    return [told for told in found if told]


def _read_call(record: Any, day: date, call_uuid: str = "") -> Told | None:
    return _read("call", call_uuid, record, day, partial(read_call, zone=account.zone()))


def _read(kind: str, call_uuid: str, record: Any, day: date, how: Callable[[Any], Told | None]) -> Told | None:
    try:
        return how(record)
    except Unreadable as error:
        note_unreadable(kind, call_uuid, record, str(error), day)
        return None
