"""Sending what waits: one message to one address at a time, each taken by one UPDATE.

A message is sent once as far as that can be had: whoever takes it moves its `next_at` on, so nobody else does, and what
was sent is stored at once. A process that dies in between leaves it waiting, and after `LEASE` it is sent again under
the same name (`Message-ID`, `Callwright-Delivery`), by which receivers know it.
"""

import logging
import smtplib
import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from flows.models.sealed import Lost
from streams import egress
from streams.alerts import signing, wording
from streams.egress import EgressError
from streams.models import AlertEndpoint, AlertNotice
from streams.models.alerts import NoticeState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than any sending takes
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 240))  # after each try that failed; then given up
AT_ONCE = 50
LOST = "The stored secret can no longer be read. Make a new one on the page of this address."
NO_SERVER = "No mail server is set up (EMAIL_URL), so mails are only printed where the worker runs."
UNDELIVERED = (EgressError, smtplib.SMTPException, OSError)


def send_due(now: datetime) -> int:
    """Send what waits and is due, such as after quiet hours, a failure or a crash; returns how many were tried."""
    due = AlertNotice.objects.filter(state=NoticeState.WAITING, next_at__lte=now).values_list("pk", flat=True)
    return sum(send(notice_pk, now) for notice_pk in list(due[:AT_ONCE]))


def send(notice_pk: int, now: datetime) -> bool:
    """Send this message, if it waits, is due, and nobody else has taken it. Never raises what a network raises."""
    this = AlertNotice.objects.filter(pk=notice_pk, state=NoticeState.WAITING)
    if not this.filter(next_at__lte=now).update(next_at=now + LEASE, attempts=F("attempts") + 1):
        return False
    notice = this.select_related("alert__rule", "endpoint").get()
    try:
        _send(notice)
    except UNDELIVERED as error:
        _failed(notice, reason(error), now)
    else:
        AlertNotice.objects.filter(pk=notice_pk).update(state=NoticeState.SENT, sent_at=timezone.now(), error="")
    return True


def _send(notice: AlertNotice) -> None:
    link = settings.PUBLIC_URL + notice.alert.get_absolute_url()
    if notice.endpoint:
        post(notice.endpoint, wording.about(notice, link, timezone.now()), str(notice.name))
    else:
        mail(notice.email, wording.subject_of(notice), wording.text_of(notice, link), str(notice.name))


def _failed(notice: AlertNotice, why: str, now: datetime) -> None:
    tries = notice.attempts
    again = tries <= len(PAUSES)
    AlertNotice.objects.filter(pk=notice.pk, state=NoticeState.WAITING).update(
        state=NoticeState.WAITING if again else NoticeState.GAVE_UP,
        next_at=now + PAUSES[tries - 1] if again else now,
        error=why[:300],
    )
    log.warning("Message %s of alert %s was not delivered, try %s.", notice.pk, notice.alert_id, tries)


def mail(to: str, subject: str, text: str, name: str) -> None:
    """Hand one mail to the mail server. Raises what it raises."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject, text, to=[to], headers=headers).send()


def post(endpoint: AlertEndpoint, about: dict[str, object], name: str) -> int:
    """Send one signed message to a web address, within five seconds; returns the status. Raises `EgressError`."""
    if isinstance(endpoint.secret, Lost):
        raise EgressError(LOST, denied=True)
    body = signing.body_of(about)
    headers = signing.headers(body, endpoint.secret, name, int(time.time()))
    return async_to_sync(egress.post)(endpoint.address, body, headers, this_machine=settings.LOOKUPS_ON_THIS_MACHINE)


def reason(error: Exception) -> str:
    """Why it was not delivered, as a sentence: never what a mail server quoted of the mail."""
    if isinstance(error, EgressError):
        return str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server did not take the name or password of EMAIL_URL."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "The mail server does not take mail for this address."
    if isinstance(error, smtplib.SMTPException):
        return f"The mail server refused it ({type(error).__name__})."
    return f"The mail server could not be reached ({type(error).__name__})."


def mail_in_words() -> str:
    """Where mails go on a site without a mail server; "" when there is one."""
    return "" if settings.MAIL_IS_SET_UP else NO_SERVER
