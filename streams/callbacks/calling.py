"""Calling somebody back, once: the intent is stored before the carrier is asked, and no order is given twice. Sync."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction

from streams.callbacks import settling, timing
from streams.callbacks.wishes import why_not
from streams.carriers import at_hand
from streams.models import CallbackAttempt, CallbackRequest
from streams.models.callbacks import AttemptResult, CallbackState
from streams.ordered.one_number import hold
from streams.ordered.placing import place
from streams.ordered.refusals import SHORTEST
from streams.ordered.said import language_of
from streams.webhooks import addresses

log = logging.getLogger(__name__)

RING_SECONDS = 40  # most answering machines take a call before that
NO_NUMBER_OF_OURS = "It is not known which of our numbers they called, so none can be shown to them."
NO_TIME = "There is no hour in which they may be called: look at the opening hours and at CALLBACK_HOURS."
TOO_LATE = "Three days went by, and they could not be called."
OPEN_ALREADY = "The same caller waits for another call-back already."


def call(request_pk: int, now: datetime, *, by_hand: bool = False) -> bool:
    """Call them back if that is due and allowed now; True when the carrier was asked. Says in `problem` why not."""
    from_states = [CallbackState.WAITING, CallbackState.GAVE_UP] if by_hand else [CallbackState.WAITING]
    request = CallbackRequest.objects.filter(pk=request_pk, state__in=from_states).exclude(destination="").first()
    if request is None or (request.next_at > now and not by_hand) or _must_wait(request, now, by_hand=by_hand):
        return False
    attempt = _claim(request, now)
    if attempt is None:
        return False
    _order(attempt, now)
    return True


def _must_wait(request: CallbackRequest, now: datetime, *, by_hand: bool) -> bool:
    """Put it off, or leave it to people, where it cannot be done now."""
    if request.not_after <= now and not by_hand:
        return _leave_to_people(request, TOO_LATE)
    if problem := why_not(request.number):
        return _leave_to_people(request, problem)
    if not request.ours:
        return _leave_to_people(request, NO_NUMBER_OF_OURS)
    if problem := at_hand.why_not():
        return _put_off(request, now + SHORTEST, problem)
    at = timing.may_be_called_at(request, now, by_hand=by_hand)
    if at is None:
        return _leave_to_people(request, NO_TIME)
    return at > now and _put_off(request, at, "")


def _leave_to_people(request: CallbackRequest, problem: str) -> bool:
    waiting = CallbackRequest.objects.filter(pk=request.pk, state__in=[CallbackState.WAITING, CallbackState.GAVE_UP])
    waiting.update(state=CallbackState.GAVE_UP, problem=problem[:300])
    return True


def _put_off(request: CallbackRequest, until: datetime, problem: str) -> bool:
    CallbackRequest.objects.filter(pk=request.pk).update(next_at=until, problem=problem)
    return True


def _claim(request: CallbackRequest, now: datetime) -> CallbackAttempt | None:
    """The one who may call: the row goes from waiting to calling, and the attempt stands beside it, or neither."""
    try:
        with transaction.atomic():
            hold(request.number)
            if timing.is_too_often(request.number, now):
                return None
            mine = CallbackRequest.objects.filter(pk=request.pk, state=request.state)
            if not mine.update(state=CallbackState.CALLING, problem=""):
                return None
            return CallbackAttempt.objects.create(request=request, number=request.number, ordered_at=now)
    except IntegrityError:
        log.warning("Call-back %s was not called: another one of the same number is open.", request.pk)
        CallbackRequest.objects.filter(pk=request.pk).update(problem=OPEN_ALREADY)
        return None


def _order(attempt: CallbackAttempt, now: datetime) -> None:
    place(
        attempt,
        attempt.request.ours,
        lambda result, why: settling.settle(attempt.pk, AttemptResult(result), now, why=why),
        answer_url=addresses.picked_up_url("callback", attempt.token, language_of(attempt.request.call)),
        hangup_url=addresses.callback_url("callback-hangup", attempt.token),
        ring_seconds=RING_SECONDS,
    )
