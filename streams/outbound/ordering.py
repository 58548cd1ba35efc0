"""Calling somebody on a list, once: the intent is stored before the carrier is asked, and ordered no more. Sync."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from streams.callbacks.wishes import why_not
from streams.carriers import at_hand
from streams.lines import version_in_memory
from streams.models import Callee, CallList, OutboundAttempt
from streams.models.outbound import CalleeState, ListState, Machines, OutboundResult
from streams.ordered.one_number import hold
from streams.ordered.placing import place
from streams.ordered.refusals import SHORTEST
from streams.outbound import beginning, cutting_off, refusing, settling, window
from streams.outbound.standstill import standstill
from streams.webhooks import addresses

LATER = timedelta(minutes=15)
NO_TIME = (
    "There is no hour in which they may be called on every clock that their number may be on. Give their time zone in "
    "a column of the file, or widen the list’s window."
)
OPEN_ALREADY = "Another list is calling this number."


def call(callee_pk: int, now: datetime) -> bool:
    """Call them if that is due and allowed now; True when the carrier was asked. Says in `problem` why not."""
    due = Callee.objects.filter(pk=callee_pk, state=CalleeState.WAITING, next_at__lte=now)
    callee = due.filter(call_list__state=ListState.RUNNING).select_related("call_list__ours").first()
    if callee is None or must_wait(callee, now):
        return False
    if (halt := standstill(now)) and halt.again_at > now:
        return False
    attempt = _claim(callee, now)
    if attempt is None:
        return False
    _order(attempt, callee.call_list, now)
    cutting_off.hang_up(attempt.pk)  # whom somebody took off meanwhile: they could not hang it up without its name
    return True


def must_wait(callee: Callee, now: datetime) -> bool:
    """Put it off, or give it up, where it cannot be done now."""
    if refusing.is_refused(callee.number):
        return _no_more(callee, CalleeState.OPTED_OUT, "", now)
    if problem := why_not(callee.number):
        return _no_more(callee, CalleeState.GAVE_UP, problem, now)
    if problem := at_hand.why_not():
        return _put_off(callee, now + SHORTEST, problem)
    at = window.may_be_called_at(callee, now)
    if at is None:
        return _no_more(callee, CalleeState.GAVE_UP, NO_TIME, now)
    return at > now and _put_off(callee, at, "")


def _no_more(callee: Callee, state: CalleeState, problem: str, now: datetime) -> bool:
    waiting = Callee.objects.filter(pk=callee.pk, state=CalleeState.WAITING)
    waiting.update(state=state, problem=problem[:300], done_at=now)
    return True


def _put_off(callee: Callee, until: datetime, problem: str) -> bool:
    Callee.objects.filter(pk=callee.pk, state=CalleeState.WAITING).update(next_at=until, problem=problem)
    return True


def _claim(callee: Callee, now: datetime) -> OutboundAttempt | None:
    """The one who may call: the callee goes from waiting to calling, and the attempt stands beside it, or neither.

    The list's row is locked, so no two workers take its last place, and the number is held, so no two lists give it the
    last call of its day. None where the list was stopped, or there is no room for another call.
    """
    try:
        with transaction.atomic():
            running = CallList.objects.select_for_update(no_key=True).filter(pk=callee.call_list_id)
            call_list = running.filter(state=ListState.RUNNING).first()
            if call_list is None or window.room(call_list, now) < 1:
                return None
            hold(callee.number)
            if window.is_too_often(callee.number, now) or refusing.is_refused(callee.number):
                return None
            mine = Callee.objects.filter(pk=callee.pk, state=CalleeState.WAITING)
            if not mine.update(state=CalleeState.CALLING, problem=""):
                return None
            return OutboundAttempt.objects.create(callee=callee, number=callee.number, ordered_at=now)
    except IntegrityError:
        _put_off(callee, now + LATER, OPEN_ALREADY)
        return None


def _language_of(call_list: CallList) -> str:
    """In which its calls begin; "" where that is not known."""
    version = beginning.version_for(call_list)
    return version_in_memory(version.pk).language if version else ""


def _order(attempt: OutboundAttempt, call_list: CallList, now: datetime) -> None:
    asked = call_list.machines != Machines.PERSON
    place(
        attempt,
        call_list.ours.number,
        lambda result, why: settling.settle(attempt.pk, OutboundResult(result), now, why=why),
        answer_url=addresses.picked_up_url("outbound", attempt.token, _language_of(call_list)),
        hangup_url=addresses.outbound_url("outbound-hangup", attempt.token),
        ring_seconds=call_list.ring_seconds,
        machine_url=addresses.outbound_url("outbound-machine", attempt.token) if asked else "",
    )
