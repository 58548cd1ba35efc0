"""What a message says: as a mail, and as the body for a web address."""

from datetime import datetime

from django.utils import timezone

from streams.alerts.kinds import KINDS
from streams.models import AlertNotice
from streams.reports.words import moment

BEGINS = {
    "opened": "Alert",
    "raised": "Alert, one step further",
    "still": "Still so",
    "over": "Over",
}


def subject_of(notice: AlertNotice) -> str:
    """The head of a mail: one line."""
    return f"[Callwright] {BEGINS[notice.event]}: {' '.join(notice.alert.title.split())}"


def text_of(notice: AlertNotice, link: str) -> str:
    """The mail as text. `link` leads to the alert's page."""
    alert = notice.alert
    since = f"Since {moment(alert.opened_at)} ({timezone.get_current_timezone_name()})"
    until = f", over at {moment(alert.closed_at)}" if notice.event == "over" and alert.closed_at else ""
    next_step = "" if notice.event == "over" else f"\nWhat to do: {KINDS[alert.rule.kind].next}\n"
    return (
        f"{alert.title}\n{upper_first(notice.says)}.\n{since}{until}.\n{next_step}\n"
        f"The alert, its figure and what is behind it:\n{link}\n\n"
        "Who is told, and from when on, is set at the rule of this alert.\n"
    )


def about(notice: AlertNotice, link: str, now: datetime) -> dict[str, object]:
    """The same for a web address: no caller's number, and nothing that was said."""
    alert = notice.alert
    return {
        "id": str(notice.name),
        "event": notice.event,
        "kind": alert.rule.kind,
        "alert": alert.pk,
        "message": notice.number,
        "title": alert.title,
        "figure": notice.says,
        "since": alert.opened_at.isoformat(),
        "over_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "url": link,
        "sent_at": now.isoformat(),
    }


def upper_first(text: str) -> str:
    """A sentence's first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]
