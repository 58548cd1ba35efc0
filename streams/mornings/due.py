"""When a morning report is due, and sending it once a day, whatever restarts, repeats or clocks do.

A mail may be handed over twice only where the first time was refused. When nobody knows whether it left (the process
died, the connection broke in the middle), it counts as sent: a mail that is missing can be read on the page.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.utils import timezone

from streams.models import MorningMail, MorningSent
from streams.mornings.writing import written

log = logging.getLogger(__name__)

MOST_TRIES = 3
TRY_AGAIN = timedelta(minutes=5)
REFUSED = (SMTPResponseException, SMTPRecipientsRefused)  # the server said no, so it has no mail of ours


class Unreachable(Exception):
    """No connection was made, so nothing was handed over."""


def moment(day: date, at: time) -> datetime:
    """When a report of this day is due, in UTC.

    A time that the clocks leave out in spring comes an hour later by them; of one that comes twice, the first does.
    """
    return datetime.combine(day, at, timezone.get_default_timezone()).astimezone(UTC)


def is_due(mail: MorningMail, now: datetime) -> date | None:
    """The day whose report is due now: today's, from its time until midnight. None where it is not wanted, or was only
    asked for after its time."""
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    due = moment(today, mail.at)
    wanted = mail.wanted and today.weekday() in mail.days and mail.person.is_active
    return today if wanted and mail.changed_at < due <= now else None


def send_what_is_due(now: datetime | None = None) -> int:
    """Send every report that is due and was not sent; returns how many were. May run at once in several workers."""
    now = now or timezone.now()
    return sum(_send_once(mail, day, now) for mail, day in _due(now))


def _due(now: datetime) -> Iterator[tuple[MorningMail, date]]:
    wishes = MorningMail.objects.filter(wanted=True, person__is_active=True).exclude(person__email="")
    for mail in wishes.select_related("person"):
        day = is_due(mail, now)
        if day and mail.person.has_perm("streams.view_call"):
            yield mail, day


def _send_once(mail: MorningMail, day: date, now: datetime) -> bool:
    if not _claimed(mail, day, now):
        return False
    mine = MorningSent.objects.filter(mail=mail, day=day)
    try:
        hand_over(mail, day)
    except (Unreachable, *REFUSED) as error:
        mine.update(state="failed", error=_why(error), at=now)
    except Exception as error:
        mine.update(state="failed", error=_why(error), tries=MOST_TRIES, at=now)
    else:
        mine.update(state="sent", error="", at=now)
        return True
    log.warning("A morning report was not sent.")
    return False


def _claimed(mail: MorningMail, day: date, now: datetime) -> bool:
    """Whether it is ours to send: nobody began it, or it was refused and may be tried again."""
    _row, is_new = MorningSent.objects.get_or_create(mail=mail, day=day)
    if is_new:
        return True
    again = MorningSent.objects.filter(
        mail=mail, day=day, state="failed", tries__lt=MOST_TRIES, at__lte=now - TRY_AGAIN
    )
    return bool(again.update(state="sending", tries=F("tries") + 1))


def hand_over(mail: MorningMail, day: date) -> None:
    """Write the report that comes on this day, and hand it to the mail server. Raises what the server or the line says,
    and `Unreachable` when there was none."""
    said = written(mail, day)
    connection = get_connection()
    message = EmailMultiAlternatives(
        said.subject, said.text, to=[mail.person.email], headers=said.headers, connection=connection
    )
    message.attach_alternative(said.html, "text/html")
    try:
        connection.open()
    except Exception as error:
        raise Unreachable(type(error).__name__) from error
    try:
        message.send()
    finally:
        connection.close()


def _why(error: Exception) -> str:
    """Without addresses: what a server says may name them."""
    code = getattr(error, "smtp_code", "")
    if isinstance(error, Unreachable):
        return "The mail server could not be reached."
    return f"The mail server refused it ({code or type(error).__name__})."


def state_in_words(sent: Any) -> str:
    """What became of the last one, for its reader."""
    if sent.state == "failed":
        return f"not sent. {sent.error}"
    return "sent" if sent.state == "sent" else "being sent"
