"""Asks the carrier about calls of which nothing is heard, and ends those that it says are over. A part of the sweeper.

Who is put through has no stream with us: should the carrier's word that they hung up be lost, nothing else would tell.
Its list of live calls is one request for all of them. It ends nobody: a call that does not stand in it ends by its own
record, or, where none appears, by not being listed for minutes. A carrier that cannot be reached, or says something
else than expected, ends none, and a sign of life that comes meanwhile is better evidence than either.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.carriers.plivo_records import Books
from streams.desk import telling
from streams.event_log import Entry, append
from streams.models import Call, CallEvent, CallStatus, CarrierMessage, StreamEvent
from streams.reconciling import account, reading
from streams.reports.reading import zero
from streams.signs_of_life import LISTINGS, End, end_silent, last_sign

log = logging.getLogger(__name__)

QUIET = timedelta(minutes=2)  # what is heard of less long ago needs no asking
TOLD_WITHIN = timedelta(seconds=90)  # of an end: the carrier takes at most 55 s to tell it, its second try included
RECORD_WITHIN = timedelta(minutes=3)  # of a call that is not listed any more; it appears within seconds
CLOCKS_DIFFER = timedelta(minutes=1)  # at most, of the carrier and of this site
AT_ONCE = 150  # calls asked about in one sweep, with one request or two for each
STRETCH = 20.0  # seconds of it: other parts of the sweep wait

Clock = Callable[[], float]


def end_what_is_over(now: datetime, *, clock: Clock = time.monotonic) -> int:
    """Ask about all calls that are silent, and end those that are over; returns how many were."""
    silent = [call for call in _silent(now) if not at_hand.on_a_phone(call.call_uuid)]
    if not silent or not account.may_be_asked():
        return 0
    ended, until = 0, clock() + STRETCH
    try:
        with account.books() as books:
            listed = books.on_the_line()
            for call in silent:
                if call.call_uuid in listed and call.was_missed:
                    _note(call.pk, "listed", now)
            missing = _known([call for call in silent if call.call_uuid not in listed][:AT_ONCE])
            for call in missing:
                if clock() > until:
                    break  # the next sweep goes on
                ended += _ask_on(books, call, now)
    except PlivoSaidNo as error:
        log.warning("The carrier could not tell which silent calls are over: %s", error)
    return ended


def _silent(now: datetime) -> list[Any]:
    """Calls on the line of which nothing was heard for a while; in no order, so that none keeps others waiting."""
    since = now - QUIET
    message = CarrierMessage.objects.filter(call_uuid=OuterRef("call_uuid"), received_at__gt=since)
    fact = StreamEvent.objects.filter(call=OuterRef("pk"), received_at__gt=since)
    found = Call.objects.filter(
        Q(last_heard_at=None) | Q(last_heard_at__lt=since),
        ~Exists(message),
        ~Exists(fact),
        status__in=[CallStatus.RINGING, CallStatus.LIVE],
        ended_at=None,
        rehearsal=None,
        began_at__lt=since,
    )
    missed = CallEvent.objects.filter(call=OuterRef("pk"), kind="unlisted")
    return list(
        found.only("call_uuid", "began_at", "answered_at", "last_heard_at")
        .annotate(was_missed=Exists(missed))
        .order_by("?")
    )


def _known(missing: list[Call]) -> list[Call]:
    """Those that were carried by whom we ask: nobody else can tell that a call is over."""
    told = CarrierMessage.objects.filter(call_uuid__in=[call.call_uuid for call in missing]).order_by("-received_at")
    named = dict(told.values_list("call_uuid", "body__ParentAuthID"))
    return [call for call in missing if account.knows(str(named.get(call.call_uuid) or ""))]


def _ask_on(books: Books, call: Call, now: datetime) -> bool:
    """Ask about one call that is not listed; True when it was over."""
    record = books.of_call(call.call_uuid)
    told = reading.read_end(record, call.call_uuid, account.zone()) if record is not None else None
    if record is not None and told is None:
        return False  # nobody can tell
    if told is None or _on_our_clock(call, last_sign(call), told, now) is None:
        if books.is_on_the_line(call.call_uuid):
            return False
        _note(call.pk, "unlisted", now)
    return end_silent(call.pk, now, bears=lambda _: QUIET, end=lambda mine, heard: _end(mine, heard, told, now))


def _end(call: Call, heard: datetime, told: reading.End | None, now: datetime) -> End | None:
    """How this call ended, by its record, or by when it was first not listed; None while more may be told."""
    at = _on_our_clock(call, heard, told, now) if told else None
    if told and at:
        can_be = told.seconds is not None and timedelta(seconds=told.seconds) <= at - call.began_at + CLOCKS_DIFFER
        seconds = told.seconds if can_be else None
        record = End(by="record", at=at, seconds=seconds, cause=told.cause, cost=told.cost)
        return record if at <= now - TOLD_WITHIN else None
    missed = _last_listing(call.pk)
    since = zero(call) + timedelta(seconds=missed.at) if missed and missed.kind == "unlisted" else now
    return End(by="missing", at=since) if since <= now - RECORD_WITHIN else None


def _on_our_clock(call: Call, heard: datetime, told: reading.End, now: datetime) -> datetime | None:
    """When the record says that it ended. The zone of its times is not sure, so one that cannot be is made of how long
    it lasted; None where that cannot be either."""
    lasted = timedelta(seconds=told.seconds) if told.seconds is not None else None
    known = [told.at, call.answered_at + lasted if call.answered_at and lasted is not None else None]
    fitting = (at for at in known if at and heard - CLOCKS_DIFFER <= at <= now + CLOCKS_DIFFER)
    return next((min(at, now) for at in fitting), None)


def _note(call_pk: int, kind: str, now: datetime) -> None:
    """Keep in the call's log that the carrier does not list it any more, or lists it again."""
    if _said_last(call_pk) == kind:
        return
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call_pk)
        if call.ended_at or last_sign(call) > now - QUIET or _said_last(call_pk) == kind:
            return
        entry = Entry(at=(now - zero(call)).total_seconds(), kind=kind)
        append(call.pk, [entry])
        telling.stored(call.pk, [entry])


def _last_listing(call_pk: int) -> CallEvent | None:
    return CallEvent.objects.filter(call=call_pk, kind__in=LISTINGS).order_by("-seq").first()


def _said_last(call_pk: int) -> str:
    line = _last_listing(call_pk)
    return line.kind if line else "listed"
