"""Who is told of an alert: messages are rows, stored with what they tell of, and sent afterwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from streams.models import Alert, AlertEndpoint, AlertNotice, AlertRule
from streams.models.alerts import NoticeState, addresses_in

Recipient = str | AlertEndpoint  # a mail address, or a web address


def everybody(rule: AlertRule) -> list[Recipient]:
    """Whom this rule names."""
    return [*addresses_in(rule.emails), *rule.endpoints.all()]


def who_was_told(alert: Alert) -> list[Recipient]:
    """Who has heard of this alert, or may have: only they are told that it is over."""
    heard = alert.notices.filter(attempts__gt=0).select_related("endpoint")
    return list(dict.fromkeys(notice.endpoint or notice.email for notice in heard))


def tell(alert: Alert, event: str, to: Iterable[Recipient], now: datetime, *, figure: str = "") -> None:
    """Store a message for each of these, and have a worker send them once what is stored is there."""
    stored = [
        AlertNotice.objects.create(
            alert=alert,
            number=alert.told,
            event=event,
            says=(figure or alert.figure)[:300],
            email=to if isinstance(to, str) else "",
            endpoint=None if isinstance(to, str) else to,
            next_at=after_quiet(alert.rule, now) if isinstance(to, str) else now,
            made_at=now,
        )
        for to in to
    ]
    for notice in stored:
        if notice.next_at <= now:
            ring(notice.pk)


def drop_waiting(alert: Alert) -> None:
    """What was not sent yet would be no news any more."""
    alert.notices.filter(state=NoticeState.WAITING).update(state=NoticeState.DROPPED)


def after_quiet(rule: AlertRule, now: datetime) -> datetime:
    """When a mail may be sent: now, or when the quiet hours of this rule are over."""
    began, ended = rule.quiet_from, rule.quiet_until
    if began is None or ended is None or began == ended:
        return now
    here = timezone.localtime(now)
    clock = here.time()
    if not (began <= clock < ended if began < ended else clock >= began or clock < ended):
        return now
    day = here.date() + timedelta(days=1 if clock >= ended else 0)
    return datetime.combine(day, ended, tzinfo=here.tzinfo)


def ring(notice_pk: int) -> None:
    """Have a worker send this message, once it is stored. A dead broker is no error: the next minute sends it."""
    from streams.tasks import ring_notice

    transaction.on_commit(partial(ring_notice, notice_pk), robust=True)
