"""“Send a test”: a message to everybody whom a rule names, now, and what became of each in words."""

import time
import uuid

from streams.alerts import delivering
from streams.alerts.telling import Recipient, everybody
from streams.models import AlertRule

SUBJECT = "[Callwright] Test of an alert"
TEXT = "This is a test: nothing is wrong. Alerts of the rule “{title}” will come to this address.\n"


def try_out(rule: AlertRule, title: str) -> list[tuple[bool, str]]:
    """Whether each was reached, with a sentence; at most five seconds for each web address."""
    return [_try(to, title) for to in everybody(rule)]


def _try(to: Recipient, title: str) -> tuple[bool, str]:
    began = time.monotonic()
    whom = to if isinstance(to, str) else to.name
    try:
        if isinstance(to, str):
            delivering.mail(to, SUBJECT, TEXT.format(title=title), str(uuid.uuid4()))
            return True, f"{whom}: {delivering.mail_in_words() or 'the mail server took the mail.'}"
        status = delivering.post(to, {"event": "test", "id": (name := str(uuid.uuid4())), "title": title}, name)
    except delivering.UNDELIVERED as error:
        return False, f"{whom}: {delivering.reason(error)}"
    return True, f"{whom} answered HTTP {status} after {time.monotonic() - began:.1f} s."
