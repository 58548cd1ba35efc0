"""Ending streams beside a conversation that is over: by closing their sockets, and where that fails by a request. Sync.

Whichever process holds the socket is asked through the channel layer, and closes it within milliseconds; the carrier
takes that for the end of the stream. Its own request for ending one is slow and counts against limits, so a worker
makes it only for streams of which nobody has told the end by then.
"""

import logging
import time
from functools import partial

from django.db import transaction

from streams import bell
from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.desk import news
from streams.models import Call, StreamEvent

log = logging.getLogger(__name__)

STOP = "stop_listening"  # what a process is asked to do (`streams.desk.news.ask`)
CLOSED_WITHIN = 0.5  # seconds that a socket has for it, and that the caller may have to wait
LOOK_EVERY = 0.02
OWN_END = {"source__in": ("socket", "webhook"), "kind__in": ("stop", "dropped")}


def stop_soon(call_pk: int) -> None:
    """Have every listening stream of this call ended, once what was stored is there.

    Whoever stored it waits for that half a second at most: the document that it answers with may open the next stream
    of the call, and the carrier gives a call one at a time.
    """
    transaction.on_commit(partial(_stop, call_pk), robust=True)


def _stop(call_pk: int) -> None:
    news.ask(call_pk, STOP)
    give_up = time.monotonic() + CLOSED_WITHIN
    while left_open(call_pk):
        if time.monotonic() > give_up:
            bell.ring("stop_listening", call_pk)  # the sockets were asked already
            return
        time.sleep(LOOK_EVERY)


def left_open(call_pk: int) -> list[str]:
    """The carrier's names of this call's listening streams that nobody wants any more and that told no end yet."""
    facts = StreamEvent.objects.filter(call_id=call_pk)
    begun = facts.filter(listen_order__closed_at__isnull=False)
    ended = facts.filter(**OWN_END).values("stream_id")
    return list(begun.exclude(stream_id__in=ended).order_by().values_list("stream_id", flat=True).distinct())


def stop_by_request(call_pk: int) -> int:
    """What the worker does when it is rung; says how many streams the carrier was asked to end."""
    call = Call.objects.get(pk=call_pk)
    streams = left_open(call_pk)
    if not streams or at_hand.why_not(call.call_uuid):
        return 0
    try:
        with at_hand.carrier(call.call_uuid) as account:
            for stream_id in streams:
                account.stop_stream(call.call_uuid, stream_id)
    except PlivoSaidNo as error:
        log.warning("The carrier was asked in vain to end a listening stream of call %s (%s).", call_pk, error)
    return len(streams)
