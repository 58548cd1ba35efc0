"""A number that is put on the do-not-call list while it rings: the carrier is asked, once, to hang up. Sync.

It is asked to cancel the order, not to end the call. So it decides by what it knows itself: who has picked up already
is not cut off, also where we have not heard of it yet.
"""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from streams import bell
from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.models import Callee, DoNotCall, OutboundAttempt
from streams.models.outbound import OutboundResult
from streams.ordered.refusals import in_words
from streams.outbound import settling
from streams.outbound.settling import WHILE_IT_RANG

log = logging.getLogger(__name__)

CANCELLED = "1000"  # the carrier's code
RINGS = (OutboundResult.ORDERED, OutboundResult.RINGING)
ASKED = f"{WHILE_IT_RANG} The carrier was asked to hang up."
CUT_OFF = f"{WHILE_IT_RANG} The carrier hung up before anybody picked up."
NOT_ANY_MORE = f"{WHILE_IT_RANG} The carrier could not hang up any more."
NOT_ASKED = f"{WHILE_IT_RANG} The carrier could not be asked to hang up: {{}}"
TOO_LATE = f"{WHILE_IT_RANG} They picked up all the same, and were told that we will not call again."


def soon(number: str) -> None:
    """Have a worker hang up what rings for this number, once it is stored that it wants no calls."""
    transaction.on_commit(partial(_ring_for, number), robust=True)


def what_the_worker_missed(most: int = 5) -> int:
    """The same for numbers that came on the list in another way, or while no worker could be rung."""
    refused = DoNotCall.objects.values("number")
    return sum(hang_up(one.pk) for one in _ringing().filter(number__in=refused).order_by("-ordered_at")[:most])


def hang_up(attempt_pk: int) -> bool:
    """Hang up the call of this attempt, if it rings for a number that wants none; True when the carrier was asked.

    Of several workers one asks, and nobody asks again: a carrier that cannot be asked within the seconds that it rings
    is no use later. Whoever picks up then is told that we will not call again.
    """
    attempt = _ringing().filter(pk=attempt_pk).first()
    if attempt is None or not DoNotCall.has(attempt.number):
        return False
    if not _ringing().filter(pk=attempt_pk).update(why=ASKED):
        return False
    try:
        with at_hand.carrier() as account:
            done = account.cancel_call(attempt.request_uuid)
    except PlivoSaidNo as error:
        log.warning("Outbound attempt %s rings on: the carrier was asked in vain to hang up (%s).", attempt_pk, error)
        _note(attempt_pk, NOT_ASKED.format(in_words(error)))
        return True
    if done:
        _was_cut_off(attempt_pk, timezone.now())
    else:
        _note(attempt_pk, NOT_ANY_MORE)
    return True


def came_too_late(attempt: OutboundAttempt, now: datetime) -> None:
    """They picked up all the same, also where the carrier had said that it hung up."""
    if settling.settle(attempt.pk, OutboundResult.OPTED_OUT, now, why=TOO_LATE):
        return
    if OutboundAttempt.objects.filter(pk=attempt.pk, why=CUT_OFF).update(why=TOO_LATE):
        Callee.objects.filter(pk=attempt.callee_id, problem=CUT_OFF).update(problem=TOO_LATE)


def ended(attempt: OutboundAttempt, how: OutboundResult, code: str) -> tuple[OutboundResult, str]:
    """How a call went that is over, and why, where the carrier was asked to hang up and its answer may be lost."""
    if not attempt.why.startswith(WHILE_IT_RANG):
        return how, ""
    if code == CANCELLED and attempt.answered_at is None:
        return OutboundResult.OPTED_OUT, CUT_OFF
    return how, attempt.why


def _ringing() -> QuerySet[OutboundAttempt]:
    """What rings, as far as we know, and was not asked about: a `why` says that it was. Without the carrier's name for
    the order there is nothing to ask it for; whoever orders looks again once it has that name."""
    return OutboundAttempt.objects.filter(result__in=RINGS, why="").exclude(request_uuid="")


def _was_cut_off(attempt_pk: int, now: datetime) -> None:
    """The carrier says so. Who was spoken with by then, by its own word, is left as they are."""
    with transaction.atomic():
        rings = OutboundAttempt.objects.select_for_update().filter(pk=attempt_pk, result__in=RINGS)
        if rings.exists():
            settling.settle(attempt_pk, OutboundResult.OPTED_OUT, now, why=CUT_OFF)


def _note(attempt_pk: int, why: str) -> None:
    """For whoever looks at the list; what the carrier told meanwhile stands."""
    OutboundAttempt.objects.filter(pk=attempt_pk, why=ASKED).update(why=why[:300])


def _ring_for(number: str) -> None:
    for attempt in _ringing().filter(number=number):
        bell.ring("cut_off", attempt.pk)
