"""The carrier's record of a call that is over, asked for until it is there: at first there is none."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from streams.carriers.plivo_api import PlivoSaidNo
from streams.carriers.plivo_records import Books
from streams.models import AwaitedRecord, Call, CarrierRecord
from streams.models.calls import CallStatus
from streams.reconciling import taking_in

FIRST_AFTER = timedelta(seconds=10)  # a record takes some seconds to appear
LOOKED_BACK = timedelta(hours=6)  # older calls are found in the lists of days
MOST_TRIES = 10  # the last about four hours after the first; then the lists of days must do
AT_ONCE = 40  # calls in one run, at about three requests each


def ask_for_due(books: Books, now: datetime) -> int:
    """Ask for the records that are due; returns how many are there now. Raises `PlivoSaidNo` when the carrier does not
    answer, after noting it: the others wait for the next run."""
    due = _due(now).select_related("call").order_by("next_at")
    return sum(_ask(books, awaited, now) for awaited in due[:AT_ONCE])


def is_due(now: datetime) -> bool:
    """Whether a record is to be asked for."""
    return _due(now).exists()


def _due(now: datetime) -> QuerySet[AwaitedRecord]:
    return AwaitedRecord.objects.filter(found_at=None, next_at__lte=now)


def begin(now: datetime) -> None:
    """Have the records of calls that ended since be asked for."""
    over = Call.objects.filter(
        status__in=[CallStatus.ENDED, CallStatus.FINISHED],
        rehearsal=None,
        awaited_record=None,
        ended_at__lte=now - FIRST_AFTER,
        ended_at__gt=now - LOOKED_BACK,
    )
    rows = [AwaitedRecord(call_id=pk, next_at=now) for pk in over.order_by("ended_at").values_list("pk", flat=True)]
    AwaitedRecord.objects.bulk_create(rows, ignore_conflicts=True)


def _ask(books: Books, awaited: AwaitedRecord, now: datetime) -> bool:
    tries = awaited.tries + 1
    this = AwaitedRecord.objects.filter(pk=awaited.pk)
    later = now + timedelta(seconds=30 * 2**awaited.tries) if tries < MOST_TRIES else None
    if not this.filter(tries=awaited.tries, next_at=awaited.next_at).update(tries=tries, next_at=later):
        return False  # another worker has just taken it
    uuid = awaited.call.call_uuid
    try:
        found = is_complete(uuid) or (taking_in.call(books, uuid, timezone.localdate(now)) and is_complete(uuid))
    except PlivoSaidNo as error:
        this.update(problem=str(error)[:300])
        raise
    this.update(problem="", **({"found_at": now, "next_at": None} if found else {}))
    return found


def is_complete(call_uuid: str) -> bool:
    """Whether the call's record and one for each of its streams are here."""
    of_call = CarrierRecord.objects.filter(kind="call", carrier_id=call_uuid)
    return of_call.exists() and not taking_in.lacking_streams([call_uuid])
