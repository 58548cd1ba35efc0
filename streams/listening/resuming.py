"""A talk is written down again where its stream broke off: its web process died or was replaced, or the network failed.
Sync.

The carrier may dial again by itself for some seconds. After that nobody would, and the talk would go on unwritten.
"""

import logging
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from streams.carriers import at_hand
from streams.lines import REBIND_WITHIN
from streams.listening.start import listen_now
from streams.models import Call, ListenOrder, Stream
from streams.models.calls import CallStatus
from streams.signs_of_life import SILENT_AFTER

log = logging.getLogger(__name__)

MOST = 6  # streams that are asked for on one call; one that breaks again and again is for people to look at
AT_ONCE = 50  # calls in one sweep, with one request for each


def take_up(now: datetime) -> int:
    """Have streams begun for all talks whose own broke off. Returns how many will begin."""
    return sum(map(_take_up, _broken_off(now).order_by("?")[:AT_ONCE]))


def take_up_one(call_pk: int, now: datetime) -> int:
    """The same for one call, if its stream broke off and none came since."""
    return sum(map(_take_up, _broken_off(now).filter(pk=call_pk)))


def _broken_off(now: datetime) -> QuerySet[Call]:
    """Calls on which people talk, with an order to listen that no stream carries any more, nor did a moment ago."""
    wanted = ListenOrder.objects.filter(call=OuterRef("pk"), closed_at=None, binds__gt=0)
    streams = Stream.objects.filter(call=OuterRef("pk"), bidirectional=False)
    return Call.objects.annotate(asked=Count("listen_orders")).filter(
        Exists(wanted),
        ~Exists(streams.filter(ended_at=None, call__last_heard_at__gt=now - SILENT_AFTER)),
        ~Exists(streams.filter(ended_at__gt=now - REBIND_WITHIN)),
        status=CallStatus.LIVE,
        pending__do="transfer",
        asked__lt=MOST,
    )


def _take_up(call: Call) -> bool:
    if at_hand.why_not(call.call_uuid):
        return False  # as with a phone at home that is gone; whoever is at the desk is told the same
    wanted = call.listen_orders.select_related("by").filter(closed_at=None).last()
    why = listen_now(call, wanted.by if wanted else None)
    log.info("Call %s: its talk %s.", call.pk, f"is not written down again ({why})" if why else "is written down again")
    return not why
