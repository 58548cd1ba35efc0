"""Sending text messages: each once, and again only when the carrier surely never took it."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F

from flows.numbers import same_number
from streams import bell
from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.models import MAX_TRIES, TextMessage
from streams.models.notes import TextStatus

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=15)  # doubles with every try
LONGEST_SENDING = timedelta(minutes=5)  # a worker that was killed meanwhile tells nothing any more
LOST = "The worker was stopped while it was being sent. It may have arrived, so it is not sent again."
COUNTING = 0x7465787473  # the database's lock for who counts texts; nothing else may use this number
NO_ACCOUNT = "There is no Plivo account to send it with; set PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN."


def too_many(now: datetime) -> bool:
    """Whether the site has sent as many texts within a day as it may. Until this transaction ends nobody else may ask,
    or two calls would both order the day's last one."""
    if connection.vendor == "postgresql":  # SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])
    kept = TextMessage.objects.filter(created_at__gt=now - timedelta(days=1)).exclude(
        status__in=[TextStatus.FAILED, TextStatus.TEST]
    )
    return kept.count() >= settings.TEXTS_A_DAY


def send(text_pk: int) -> str:
    """Send this message if it still waits; returns where it stands."""
    claimed = TextMessage.objects.filter(pk=text_pk, status=TextStatus.QUEUED).update(
        status=TextStatus.SENDING, tried_at=datetime.now(UTC), attempts=F("attempts") + 1
    )
    if claimed:
        _send(TextMessage.objects.select_related("call").get(pk=text_pk))
    return str(TextMessage.objects.values_list("status", flat=True).get(pk=text_pk))


def _send(message: TextMessage) -> None:
    if not settings.PLIVO_AUTH_ID:
        return _now(message, TextStatus.FAILED, error=NO_ACCOUNT)
    call = message.call
    ours = call.caller if call.direction == "outbound" else call.called
    try:
        with Account(settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN) as account:
            sid = account.send_text(same_number(ours), message.to, message.text)
    except PlivoSaidNo as error:
        _now(message, _after(error, message.attempts), error=str(error)[:300])
    else:
        _now(message, TextStatus.SENT, sid=sid[:80], error="")


def _after(error: PlivoSaidNo, attempts: int) -> TextStatus:
    """What to do after a failure: again, never again, or nobody knows."""
    if not error.surely_undone:
        return TextStatus.UNCLEAR
    return TextStatus.QUEUED if error.may_work_later and attempts < MAX_TRIES else TextStatus.FAILED


def _now(message: TextMessage, status: TextStatus, **values: str) -> None:
    TextMessage.objects.filter(pk=message.pk, status=TextStatus.SENDING).update(status=status, **values)
    if status != TextStatus.SENT:
        log.warning("Text message %s of call %s: %s.", message.pk, message.call_id, status.label)


def send_waiting(now: datetime, most: int = 200) -> int:
    """Ring again for messages that wait, after a pause that doubles; give up those whose sending was broken off."""
    lost = TextMessage.objects.filter(status=TextStatus.SENDING, tried_at__lt=now - LONGEST_SENDING)
    given_up = lost.update(status=TextStatus.UNCLEAR, error=LOST) if lost.exists() else 0  # a look locks nobody out
    waiting = TextMessage.objects.filter(status=TextStatus.QUEUED, attempts__lt=MAX_TRIES).order_by("created_at")
    due = [row.pk for row in waiting[:most] if (row.tried_at or row.created_at) < now - FIRST_RETRY * 2**row.attempts]
    for text_pk in due:
        ring(text_pk)
    return given_up + len(due)


def ring_aside(text_pk: int) -> None:
    """The same, for who must not wait for a broker: the thread that writes the log of every call."""
    threading.Thread(target=ring, args=(text_pk,), name="text-bell", daemon=True).start()


def ring(text_pk: int) -> None:
    """Ask the worker to send this message."""
    bell.ring("send_text", text_pk)
