"""Removing one kind of data of some calls. Each function may run again on the same calls, and gives how many rows it
touched; the calls themselves and their charges stay."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from streams.batches import batches
from streams.models import (
    CallbackRequest,
    Callee,
    CallEvent,
    CallFigures,
    CallNote,
    CallSummary,
    CarrierMessage,
    CarrierRecord,
    CueMark,
    OutboundAttempt,
    Talk,
    TextMessage,
    Utterance,
)
from streams.models.callbacks import OPEN, CallbackAttempt, CallbackState
from streams.models.calls import Call
from streams.models.notes import TextStatus
from streams.models.outbound import CalleeState
from streams.models.reconciling import UnreadableRecord
from streams.retention.scrubbing import scrubbed

REMOVED = "(removed)"
FORGOTTEN = "The caller’s data was removed."
AT_ONCE = 2000  # rows that are read together
IN_ONE_GO = 200  # rows that are rewritten in one statement

Pks = Sequence[int]


def words(calls: Pks) -> int:
    """What callers typed and said, and what the line and its engines said to them, in the log of each call."""
    lines = CallEvent.objects.filter(call__in=calls).only("kind", "data").order_by()
    changed = []
    for line in lines.iterator(AT_ONCE):
        left = scrubbed(line.kind, line.data)
        if left != line.data:
            line.data = left
            changed.append(line)
    CallEvent.objects.bulk_update(changed, ["data"], batch_size=IN_ONE_GO)
    Call.objects.filter(pk__in=calls).update(state={}, pending={}, finalise_error="")
    return len(changed)


def transcripts(calls: Pks) -> int:
    """Who said what, and what a talk was like."""
    marks = CueMark.objects.filter(call__in=calls).exclude(text="").update(text="")  # that there was one stays
    return _deleted(Utterance.objects.filter(call__in=calls)) + _deleted(Talk.objects.filter(call__in=calls)) + marks


def summaries(calls: Pks) -> int:
    """What a summary says of the call, and what it asks somebody to do."""
    return _deleted(CallSummary.objects.filter(call__in=calls))


def messages(calls: Pks) -> int:
    """The words of messages, wishes and texts. That there was one stays, and when it was dealt with."""
    notes = CallNote.objects.filter(call__in=calls).exclude(text=REMOVED).update(text=REMOVED)
    texts = TextMessage.objects.filter(call__in=calls)
    texts.filter(status=TextStatus.QUEUED).update(status=TextStatus.FAILED, error=FORGOTTEN)
    sent = texts.exclude(text=REMOVED).update(text=REMOVED)
    return notes + sent + CallbackRequest.objects.filter(call__in=calls).exclude(about="").update(about="")


def carrier_words(calls: Pks) -> int:
    """What the carrier's messages said; that they came, and when, stays."""
    return blank_messages(CarrierMessage.objects.filter(call_uuid__in=_uuids(calls)))


def numbers(calls: Pks) -> int:
    """The telephone numbers of callers, wherever they stand."""
    carrier_words(calls)
    found = Call.objects.filter(pk__in=calls)
    touched = found.filter(direction="outbound").exclude(called="").update(called="")
    touched += found.exclude(direction="outbound").exclude(caller="").update(caller="")
    CallFigures.objects.filter(call__in=calls).exclude(caller_hash="").update(caller_hash="")
    CallNote.objects.filter(call__in=calls).exclude(caller="").update(caller="")
    TextMessage.objects.filter(call__in=calls).exclude(to="").update(to="")
    requests = CallbackRequest.objects.filter(Q(call__in=calls) | Q(also_on__in=calls))
    forget_callbacks(CallbackRequest.objects.filter(pk__in=list(requests.values_list("pk", flat=True))))
    called = OutboundAttempt.objects.filter(call__in=calls).values_list("callee", flat=True)
    forget_callees(Callee.objects.filter(pk__in=list(called)))
    uuids = _uuids(calls)
    blank_records(CarrierRecord.objects.filter(Q(call_uuid__in=uuids) | Q(parent_uuid__in=uuids)))
    blank_unreadable(UnreadableRecord.objects.filter(call_uuid__in=uuids))
    return touched


def forget_callbacks(requests: QuerySet[CallbackRequest]) -> int:
    """Whom to call back, of these wishes. Who is not called yet will not be."""
    CallbackAttempt.objects.filter(request__in=requests).exclude(number="").update(number="")
    requests.filter(state__in=OPEN).update(state=CallbackState.WITHDRAWN, problem=FORGOTTEN)
    return requests.exclude(number="").update(number="")


def forget_callees(callees: QuerySet[Callee]) -> int:
    """Whom a list called, and what it said of them. Who is not called yet will not be; the do-not-call list stays."""
    OutboundAttempt.objects.filter(callee__in=callees).exclude(number="").update(number="")
    waiting = callees.filter(state__in=(CalleeState.WAITING, CalleeState.CALLING))
    waiting.update(state=CalleeState.REMOVED, problem=FORGOTTEN)
    return callees.exclude(number="", name="", answers={}).update(number="", name="", answers={})


def blank_messages(found: QuerySet[CarrierMessage]) -> int:
    """The same for messages of any call. One that was never applied loses its chance."""
    return _blank(found.exclude(body={}, reply={}, error=""), body={}, reply={}, error="")


def blank_unreadable(found: QuerySet[UnreadableRecord]) -> int:
    """What could not be read of these books: that there was something, and why, stays."""
    return _blank(found.exclude(raw=""), raw="")


def blank_records(found: QuerySet[CarrierRecord]) -> int:
    """The numbers in the carrier's books; seconds and amounts stay."""
    return _blank(found.exclude(from_number="", to_number="", raw={}), from_number="", to_number="", raw={})


def _blank(found: QuerySet[Any], **nothing: Any) -> int:
    """Looked for first, which may take long, then written a few at a time: nobody waits, but for a moment."""
    pks = list(found.values_list("pk", flat=True))
    rows = found.model._default_manager
    return sum(rows.filter(pk__in=some).update(**nothing) for some in batches(pks, IN_ONE_GO))


def _uuids(calls: Pks) -> Iterable[str]:
    return list(Call.objects.filter(pk__in=calls).values_list("call_uuid", flat=True))


def _deleted(found: QuerySet) -> int:  # type: ignore[type-arg]
    count, _ = found.delete()
    return count
