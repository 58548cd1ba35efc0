"""Forgetting one caller: everything they left, on every call of theirs, while the sums stay.

A wish waits while one of their calls is still on the line. What arrives for a forgotten call later, a late message of
the carrier or a record of its books, is removed as well.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.crypto import salted_hmac

from flows.models.sealed import Lost
from flows.numbers import same_number
from flows.testcalls import forgetting as tests
from streams import spool
from streams.batches import batches
from streams.exports import making as exports
from streams.models import Call, CallbackRequest, Callee, CallNote, CarrierMessage, CarrierRecord, TextMessage
from streams.models.reconciling import UnreadableRecord
from streams.models.retention import Erasure, Gone
from streams.retention.forgetting import (
    blank_messages,
    blank_records,
    blank_unreadable,
    forget_callbacks,
    forget_callees,
)
from streams.retention.kinds import KINDS

CALLER = "caller"  # what is gone of a call whose caller is forgotten
WATCHED = timedelta(days=40)  # longer than the carrier's books are read back
LIVE = "A call of this caller is on the line, or was a moment ago. It goes on by itself when that is over."
LOST_NUMBER = "The number cannot be read any more, since the site’s secret key was changed. Ask for it once more."
AT_ONCE = 200
IN_ONE_GO = 5  # calls in one transaction
JUST_OVER = timedelta(minutes=2)  # its last lines may still be on their way into the log


def number_hash(number: str) -> str:
    """What is kept of a number that is forgotten: 64 hex digits that only this site can make."""
    return salted_hmac("streams.erasure", same_number(number), algorithm="sha256").hexdigest()


def calls_of(number: str) -> list[int]:
    """The calls of this number: by it, to it, or with a note, a wish or a text that names it."""
    spelt = _spellings(number)
    theirs = Q(caller__in=spelt) & ~Q(direction="outbound") | Q(called__in=spelt, direction="outbound")
    notes = CallNote.objects.filter(caller__in=spelt).values("call")
    texts = TextMessage.objects.filter(to__in=spelt).values("call")
    wishes = CallbackRequest.objects.filter(number__in=spelt).values("call")
    found = Call.objects.filter(theirs | Q(pk__in=notes) | Q(pk__in=texts) | Q(pk__in=wishes))
    return list(found.order_by("pk").values_list("pk", flat=True))


def ask(number: str, *, reason: str, by: Any, now: datetime | None = None) -> Erasure:
    """Keep the wish to forget this number, and do it at once unless they are on the line."""
    wish = Erasure.objects.create(
        number=same_number(number),
        number_hash=number_hash(number),
        reason=reason[:300],
        by=by,
        asked_at=now or datetime.now(UTC),
    )
    carry_out(wish.pk)
    wish.refresh_from_db()
    return wish


def carry_out(wish_pk: int) -> bool:
    """Forget whom this wish is about; True when that is done. May run again, at once or after a crash.

    A few calls at a time, for whoever calls meanwhile waits for each transaction; the wish counts what is gone so far.
    """
    spool.replay_spool()  # what waits in files would come after us
    wish, gone = Erasure.objects.get(pk=wish_pk), set[int]()
    if wish.done_at:
        return True
    if isinstance(wish.number, Lost):
        Erasure.objects.filter(pk=wish_pk).update(problem=LOST_NUMBER)
        return False
    while found := [call for call in calls_of(wish.number) if call not in gone]:
        still = Q(ended_at=None) | Q(ended_at__gt=datetime.now(UTC) - JUST_OVER)
        if Call.objects.filter(still, pk__in=found).exists():
            Erasure.objects.filter(pk=wish_pk).update(problem=LIVE)
            return False
        removed = {"tests": _forget_tests(found)}
        for calls in batches(found, IN_ONE_GO):
            with transaction.atomic():
                wish = _held(wish_pk)
                known = Gone.objects.filter(call__in=calls, kind=CALLER).count()  # another worker was there first
                _count(wish, _forget(calls) | removed | {"calls": len(calls) - known})
            removed = {}
        gone |= set(found)
    _finish(wish_pk, wish.number)
    return True


def _finish(wish_pk: int, number: str) -> None:
    """What names the number and belongs to no call of ours, and the wish itself."""
    thrown_away = exports.throw_away()
    with transaction.atomic():
        wish = _held(wish_pk)
        if wish.done_at:
            return
        _count(wish, _forget_number(number) | {"calls": 0, "exports": thrown_away})
        Erasure.objects.filter(pk=wish_pk).update(number="", problem="", done_at=datetime.now(UTC))


def _held(wish_pk: int) -> Erasure:
    return Erasure.objects.select_for_update(no_key=True).get(pk=wish_pk)


def _count(wish: Erasure, removed: dict[str, int]) -> None:
    """Note what is gone, in the transaction that takes it away."""
    for what, count in removed.items():
        wish.removed[what] = wish.removed.get(what, 0) + count
    Erasure.objects.filter(pk=wish.pk).update(removed=wish.removed)


def forget_calls(calls: list[int]) -> None:
    """Everything that these calls hold of whoever called."""
    _forget_tests(calls)
    for some in batches(calls, IN_ONE_GO):
        with transaction.atomic():
            _forget(some)


def _forget_tests(calls: list[int]) -> int:
    """Test calls that were made from these; all at once, for every draft is read for it."""
    return tests.forget(list(Call.objects.filter(pk__in=calls).values_list("call_uuid", flat=True)))


def _forget(calls: list[int]) -> dict[str, int]:
    """All but those; gives how many rows of each kind. Within a transaction."""
    removed = {kind.name: kind.forget(calls) for kind in KINDS}
    _forget_names(CallNote, CallNote.objects.filter(call__in=calls).values("pk"))
    _forget_names(CallbackRequest, CallbackRequest.objects.filter(call__in=calls).values("pk"))
    _forget_names(Call, Call.objects.filter(pk__in=calls).values("pk"))
    at = datetime.now(UTC)
    Gone.objects.filter(call__in=calls, kind=CALLER).update(at=at)
    gone = [Gone(call_id=call, kind=kind, at=at) for call in calls for kind in (CALLER, *(k.name for k in KINDS))]
    Gone.objects.bulk_create(gone, ignore_conflicts=True)
    return removed


def go_on(now: datetime) -> int:
    """What the sweeper does: wishes that wait, and what arrived late for calls that are forgotten already."""
    waiting = Erasure.objects.filter(done_at=None).exclude(problem=LOST_NUMBER).values_list("pk", flat=True)
    done = sum(carry_out(pk) for pk in list(waiting[:AT_ONCE]))
    forgotten = Gone.objects.filter(kind=CALLER, at__gt=now - WATCHED)
    uuid = OuterRef("call__call_uuid")
    later = OuterRef("at")
    messages = CarrierMessage.objects.filter(call_uuid=uuid, received_at__gt=later).exclude(body={})
    applied = messages.filter(applied_at__isnull=False)
    records = CarrierRecord.objects.filter(call_uuid=uuid, fetched_at__gt=later).exclude(raw={})
    late = forgotten.filter(Exists(applied) | Exists(records)).values_list("call", flat=True)
    calls = list(late[:AT_ONCE])
    forget_calls(calls)
    return done + len(calls)


def _forget_number(number: str) -> dict[str, int]:
    """What names it and belongs to no call of ours."""
    spelt = _spellings(number)
    records = CarrierRecord.objects.filter(Q(from_number__in=spelt) | Q(to_number__in=spelt))
    said = Q(body__From__in=spelt) | Q(body__To__in=spelt)
    ours = Call.objects.filter(call_uuid=OuterRef("call_uuid"))
    strays = CarrierMessage.objects.filter(said).exclude(Exists(ours))
    wishes = CallbackRequest.objects.filter(number__in=spelt)
    pks = list(wishes.values_list("pk", flat=True))
    listed = Callee.objects.filter(number__in=spelt)
    return {
        "records": blank_records(records) + blank_unreadable(UnreadableRecord.objects.filter(raw__contains=spelt[1])),
        "strays": blank_messages(strays),
        "callbacks": forget_callbacks(CallbackRequest.objects.filter(pk__in=pks)),
        "callees": forget_callees(Callee.objects.filter(pk__in=list(listed.values_list("pk", flat=True)))),
    }


def _forget_names(model: type[models.Model], pks: Iterable[object]) -> None:
    """The admin's own log names what was changed, with the end of its number."""
    named = [str(row["pk"]) for row in pks]  # type: ignore[index]
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=named).update(object_repr="(removed)")


def _spellings(number: str) -> list[str]:
    """A number as carriers and people write it: with its plus and without."""
    plain = same_number(number)
    return [plain, plain.lstrip("+")]
