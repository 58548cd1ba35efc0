"""Answering machines: what is done when the carrier says that one picked up. Sync."""

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from streams import bell
from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.desk import news
from streams.models import OutboundAttempt
from streams.models.outbound import Machines, OutboundResult

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=1)
ACT = "machine"  # what the process that carries the call is asked


def picked_up(attempt: OutboundAttempt) -> None:
    """The carrier heard a machine: do what the list says, once the word of it is stored."""
    what = attempt.callee.call_list.machines
    if what == Machines.HANG_UP:
        transaction.on_commit(partial(bell.ring, "hang_up_on_machine", attempt.pk), robust=True)
    elif what == Machines.MESSAGE and attempt.call_id:
        transaction.on_commit(partial(news.ask, attempt.call_id, ACT), robust=True)


def hang_up(attempt_pk: int) -> bool:
    """End the call of this attempt, where it is still on; True when the carrier was asked."""
    on = OutboundAttempt.objects.filter(pk=attempt_pk, machine=True, result=OutboundResult.ANSWERED)
    attempt = on.select_related("call").first()
    if attempt is None or attempt.call is None or at_hand.why_not(attempt.call.call_uuid):
        return False
    try:
        with at_hand.carrier(attempt.call.call_uuid) as account:
            account.hang_up(attempt.call.call_uuid)
    except PlivoSaidNo as error:
        log.warning("A call to an answering machine was not ended (%s); the sweeper tries again.", error)
        return False
    return True


def hang_up_again(now: datetime) -> int:
    """Calls to machines that go on though they should not: the worker was away, or the carrier did not listen."""
    left = OutboundAttempt.objects.filter(
        machine=True,
        result=OutboundResult.ANSWERED,
        answered_at__lt=now - AGAIN_AFTER,
        callee__call_list__machines=Machines.HANG_UP,
    )
    return sum(hang_up(attempt_pk) for attempt_pk in left.values_list("pk", flat=True)[:5])
