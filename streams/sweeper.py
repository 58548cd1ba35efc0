"""The second net: closes what never ended, and does again what a lost message or a killed worker left undone.

It asks the rows, not the broker. Each part is idempotent and stands alone: one that fails does not stop the others.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from flows import golive, publications
from streams import calls, lost_ends, rehearsals, texts
from streams.billing import repricing
from streams.budgets import stopping
from streams.callbacks import due
from streams.exports import making as exports
from streams.figures import upkeep
from streams.finalise import OWN_END_WITHIN
from streams.listening import resuming
from streams.models import MAX_TRIES, Call, CallEvent, CallStatus, CarrierMessage, LegEvent, Stream, StreamEvent
from streams.outbound import due as outbound
from streams.retention import erasing
from streams.signs_of_life import SILENCE, End, close_stream, end_silent, patience

log = logging.getLogger(__name__)

APPLY_AFTER = timedelta(seconds=15)  # the request that brought a message has had its chance
LATE_WITHIN = timedelta(hours=6)  # how long after its record a call is watched for facts that came late
FIRST_RETRY = timedelta(seconds=15)  # doubles with every failed try
AT_ONCE = 200  # rows of one part in one sweep; the next sweep takes the rest


def sweep(now: datetime | None = None) -> dict[str, int]:
    """Run every part once; returns how many rows each one dealt with."""
    now = now or datetime.now(UTC)
    done: dict[str, int] = {}
    for name, part in PARTS.items():
        try:
            done[name] = part(now)
        except Exception:
            log.exception("The sweeper could not %s; the next sweep tries again.", name)
    if any(done.values()):
        log.info("Swept: %s.", ", ".join(f"{name} {count}" for name, count in done.items() if count))
    return done


# --- Messages that were stored and not applied -------------------------------------------------------------------


def replay_spool(now: datetime) -> int:
    """Messages that came while the database was away and wait in a file."""
    from streams import spool

    return spool.replay_spool() or 0


def apply_messages(now: datetime) -> int:
    """Messages whose effect failed. After too many tries one is parked: it stays in the list with its error."""
    waiting = CarrierMessage.objects.filter(
        applied_at=None, attempts__lt=MAX_TRIES, received_at__lt=now - APPLY_AFTER
    ).order_by("received_at")[:AT_ONCE]
    return sum(_apply(message, now) for message in waiting)


def _apply(message: CarrierMessage, now: datetime) -> bool:
    from streams import webhooks

    this = CarrierMessage.objects.filter(pk=message.pk)
    this.update(attempts=F("attempts") + 1)  # counted before the try, so that a try that kills us counts too
    message.refresh_from_db()
    try:
        with transaction.atomic():
            webhooks.apply(message)
            this.filter(applied_at=None).update(applied_at=now, error="")
    except Exception as error:
        this.update(error=f"{type(error).__name__}: {error}"[:500])
        if message.attempts >= MAX_TRIES:
            log.error("Carrier message %s failed %s times and is parked.", message.pk, message.attempts)
        return False
    return True


# --- Streams and calls that never ended --------------------------------------------------------------------------


def close_replaced_streams(now: datetime) -> int:
    """A stream whose call has gone on with a later one is over, even if its end was lost: there is one at a time."""
    later = Stream.objects.filter(call=OuterRef("call"), started_at__gt=OuterRef("started_at"))
    replaced = (
        Stream.objects.filter(ended_at=None, started_at__lt=now - SILENCE)
        .annotate(replaced_at=Subquery(later.order_by("started_at").values("started_at")[:1]))
        .filter(replaced_at__lt=now - OWN_END_WITHIN)
        .select_related("call")[:AT_ONCE]
    )
    return sum(close_stream(stream, "sweep", stream.replaced_at) for stream in replaced)


def close_silent_listening(now: datetime) -> int:
    """A stream beside a conversation gives signs like any other; one without them died with its process. The people
    talk on, so their call does not wait for it."""
    silent = Stream.objects.filter(
        ended_at=None, bidirectional=False, call__ended_at=None, call__last_heard_at__lt=now - SILENCE
    ).select_related("call")[:AT_ONCE]
    return sum(close_stream(stream, "sweep", stream.call.last_heard_at or now) for stream in silent)


def close_streams_of_ended_calls(now: datetime) -> int:
    """The hang-up bounds a stream that never told its own end and gives no sign any more."""
    orphans = Stream.objects.filter(
        Q(call__last_heard_at=None) | Q(call__last_heard_at__lt=now - OWN_END_WITHIN),
        ended_at=None,
        call__ended_at__lt=now - OWN_END_WITHIN,
    ).select_related("call")[:AT_ONCE]
    return sum(close_stream(s, _told_by(s.call), s.call.ended_at or s.started_at) for s in orphans)


def close_silent_calls(now: datetime) -> int:
    """Calls that gave no sign for longer than what they are waiting for may take."""
    heard = Coalesce("last_heard_at", "answered_at", "began_at")
    silent = Call.objects.filter(
        status__in=[CallStatus.RINGING, CallStatus.LIVE], ended_at=None, began_at__lt=now - SILENCE
    ).annotate(heard=heard)
    overdue = [call.pk for call in silent if call.heard + patience(call.pending) < now]
    return sum(_close_call(call_pk, now) for call_pk in overdue)


def _close_call(call_pk: int, now: datetime) -> bool:
    return end_silent(
        call_pk,
        now,
        bears=lambda call: patience(call.pending),
        end=lambda call, heard: End(by="sweep", at=heard),
    )


def _told_by(call: Call) -> str:
    return "sweep" if call.ended_by in ("sweep", "missing") else "hangup"


# --- Records that are not whole ----------------------------------------------------------------------------------


def ring_unfinished(now: datetime) -> int:
    """Calls that ended and have no whole record, each after a pause that doubles with every failed try."""
    ended = Call.objects.filter(status=CallStatus.ENDED, ended_at__isnull=False, finalise_attempts__lt=MAX_TRIES)
    due = Q()
    for tries in range(MAX_TRIES):
        due |= Q(finalise_attempts=tries, ended_at__lt=now - FIRST_RETRY * (2**tries - 1) - FIRST_RETRY)
    return _ring(ended.filter(due).order_by("ended_at"))


def ring_for_late_facts(now: datetime) -> int:
    """Calls whose record was made before something that belongs in it arrived."""
    finished = Call.objects.filter(status=CallStatus.FINISHED, ended_at__gt=now - LATE_WITHIN)
    late_line = CallEvent.objects.filter(call=OuterRef("pk"), seq__gt=OuterRef("finalised_lines"))
    late_fact = StreamEvent.objects.filter(call=OuterRef("pk"), received_at__gt=OuterRef("finalised_at"))
    late_leg = LegEvent.objects.filter(call=OuterRef("pk"), received_at__gt=OuterRef("finalised_at"))
    late_word = CarrierMessage.objects.filter(call_uuid=OuterRef("call_uuid"), applied_at__gt=OuterRef("finalised_at"))
    return _ring(finished.filter(Exists(late_line) | Exists(late_fact) | Exists(late_leg) | Exists(late_word)))


def _ring(found: Any) -> int:
    call_pks = list(found.values_list("pk", flat=True)[:AT_ONCE])
    for call_pk in call_pks:
        calls.ring(call_pk)
    return len(call_pks)


# --- Publications that nobody is at --------------------------------------------------------------------------------


def ring_for_publications(now: datetime) -> int:
    """Publications whose worker died, or that no worker was rung for."""
    waiting = list(publications.left_alone(now)[:AT_ONCE])
    for publication in waiting:
        publications.ring(publication)
    return len(waiting)


PARTS: dict[str, Callable[[datetime], int]] = {
    "replay spooled messages": replay_spool,
    "apply carrier messages": apply_messages,
    "close replaced streams": close_replaced_streams,
    "close silent listening": close_silent_listening,
    "hang up abandoned test calls": rehearsals.end_abandoned,
    "close silent calls": close_silent_calls,
    "close streams of ended calls": close_streams_of_ended_calls,
    "finish records": ring_unfinished,
    "mend records": ring_for_late_facts,
    "apply new prices": repricing.apply_new_prices,
    "send text messages": texts.send_waiting,
    "carry on publishing": ring_for_publications,
    "make exports": exports.ring_for_exports,
    "clear exports away": exports.clear_away,
    "go live as planned": golive.do_what_is_due,
    "forget callers": erasing.go_on,
    "note figures again": upkeep.note_what_was_charged,
    "roll figures up": upkeep.roll_up_what_changed,
    "stop the AI steps of used-up budgets": stopping.stop_ai,
    "write talks down again": resuming.take_up,  # last: these four ask the carrier, which takes seconds
    "end calls whose end was lost": lost_ends.end_what_is_over,
    "call callers back": due.do_what_is_due,
    "run call lists": outbound.do_what_is_due,
}
