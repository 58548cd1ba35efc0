"""What only a web process can see: that the worker or its clock does not run. It looks each minute, in a thread.

While that is so, the web process also sends what waits, since nobody else does.
"""

import logging
import threading
from datetime import UTC, datetime, timedelta

from django.db import connections

from streams.alerts import delivering, watching
from streams.alerts.looks import WORKER
from streams.models import Alert, AlertRule, Heartbeat

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds
QUIET = timedelta(minutes=2)  # a worker that beats is not looked after

_asked_to_end = threading.Event()


def look(now: datetime) -> bool:
    """Look once; returns whether the worker seems to be away. One query while it runs."""
    if not seems_away(now):
        return False
    watching.watch(now, from_web=True)
    if Alert.objects.filter(rule__kind=WORKER, closed_at=None).exists():
        delivering.send_due(now)
    return True


def seems_away(now: datetime) -> bool:
    """Whether a worker that ran before gave no sign for two minutes."""
    beat = Heartbeat.objects.filter(part=WORKER).first()
    return beat is not None and now - beat.at > QUIET


def why_away(now: datetime) -> str:
    """A sentence while the worker is away for longer than its rule allows; else ""."""
    beat, rule = Heartbeat.objects.filter(part=WORKER).first(), AlertRule.objects.filter(kind=WORKER).first()
    if beat is None or rule is None or now - beat.at < timedelta(minutes=float(rule.threshold)):
        return ""
    return f"The worker or its clock gave no sign since {beat.at:%Y-%m-%d %H:%M} UTC. Start them."


def begin() -> threading.Thread:
    """Look from now on until the process ends. A database that is away is no news to this thread."""
    thread = threading.Thread(target=_go_on, name="lookout", daemon=True)
    thread.start()
    return thread


def _go_on() -> None:
    while not _asked_to_end.wait(EVERY):
        try:
            look(datetime.now(UTC))
        except Exception as error:  # whatever a database or its driver raises: the next minute looks again
            log.warning("The lookout could not look (%s).", type(error).__name__)
        finally:
            connections["default"].close()
