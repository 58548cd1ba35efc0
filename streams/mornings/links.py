"""The links in a mail: to pages of this site, and the one that stops the mails."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "streams.mornings.stop"


def page(name: str, *args: Any, query: str = "") -> str:
    """The whole address of a page of ours."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=args)}{f'?{query}' if query else ''}"


def report(query: str) -> str:
    """The page where these figures are."""
    return page("admin:streams_report", query=query)


def stop(mail_pk: int) -> str:
    """Where these mails are stopped without signing in."""
    return page("stop_mornings", signing.dumps(mail_pk, salt=SALT, compress=False))


def stopped_by(token: str) -> int | None:
    """Whose mails this token stops; None where it is none of ours. It never ends: old mails must stop them, too."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None
