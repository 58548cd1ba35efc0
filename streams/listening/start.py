"""Listening in on a call while people speak on it, because somebody at the desk wants to. Sync."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.carriers.plivo_xml import LONGEST_DIAL
from streams.listening import consent, ordering
from streams.models import Call, ListenOrder
from streams.models.calls import CallStatus
from streams.signs_of_life import gives_signs
from streams.webhooks import addresses

log = logging.getLogger(__name__)

COMES_WITHIN = timedelta(seconds=10)  # that a stream which was asked for may take; a new order would turn it away
NOBODY_TALKS = "Nobody is talking with this caller now; wait until they are put through."
ALREADY = "This call is listened to already."
BEGINS = "It was asked for a moment ago. If no words appear within ten seconds, try again."
NOT_KNOWN = "Plivo did not say whether it began. If it did, its words appear in a moment; else try again."


def listen_now(call: Call, by: Any) -> str:
    """Have the carrier begin a listening stream on this call; `by` is whoever wants it.

    Gives "" when it will begin, else a sentence that says why not. One request, never repeated: after one that was
    not answered the order stays good until it expires, and a stream that begins all the same is taken.
    """
    if problem := at_hand.why_not(call.call_uuid):
        return problem
    wanted = _ordered(call.pk, by)
    if isinstance(wanted, str):
        return wanted
    token = ordering.token_of(wanted.pk, call.call_uuid)
    status = ordering.status_token(wanted.pk, call.call_uuid)
    try:
        with at_hand.carrier(call.call_uuid) as account:
            account.start_stream(
                call.call_uuid,
                addresses.listen_url(token),
                status_url=addresses.listen_status_url(status),
                max_seconds=LONGEST_DIAL,
            )
    except PlivoSaidNo as error:
        log.warning("Call %s: the carrier was asked in vain to begin a listening stream (%s).", call.pk, error)
        if not error.surely_undone:
            return NOT_KNOWN
        ListenOrder.objects.filter(pk=wanted.pk).update(closed_at=timezone.now())
        return str(error)
    return ""


def _ordered(call_pk: int, by: Any) -> ListenOrder | str:
    with transaction.atomic():
        locked = Call.objects.select_for_update(no_key=True, of=("self",))
        call = locked.select_related("version", "rehearsal").get(pk=call_pk)
        talking = call.pending.get("do") == "transfer" and call.pending.get("given")
        if call.status != CallStatus.LIVE or not talking:
            return NOBODY_TALKS
        now = timezone.now()
        if gives_signs(call, now) and call.streams.filter(bidirectional=False, ended_at=None).exists():
            return ALREADY
        if call.listen_orders.filter(closed_at=None, binds=0, began_at__gt=now - COMES_WITHIN).exists():
            return BEGINS
        return consent.why_not(call) or ordering.order(call, ListenOrder.How.API, at=now, by=by)
