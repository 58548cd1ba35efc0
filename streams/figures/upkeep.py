"""What keeps figures true by itself: the sweeper's parts, and the check of every night."""

import logging
from datetime import datetime, timedelta

from django.db.models import F

from streams.figures import checking
from streams.figures.checking import Difference
from streams.figures.noting import note_figures
from streams.figures.rollups import begin_again, changed, day_of, roll_up
from streams.models import Call, CallStatus, Charge

log = logging.getLogger(__name__)

CHARGED_WITHIN = timedelta(days=2)  # how long after a charge is made the sweeper looks for it
AT_ONCE = 200  # calls of one sweep
DAYS_AT_ONCE = 20  # a busy day takes a second or two; what is left after a change of many comes with the next sweeps
BY_NIGHT = 35  # days that are checked every night


def note_what_was_charged(now: datetime) -> int:
    """Note calls again whose charges are newer than their figures, and calls of these days that have none."""
    fresh = Charge.objects.current().filter(created_at__gt=now - CHARGED_WITHIN)
    late = fresh.filter(created_at__gt=F("call__figures__made_at")).order_by().values_list("call", flat=True).distinct()
    over = Call.objects.filter(status=CallStatus.FINISHED, rehearsal=None, ended_at__gt=now - CHARGED_WITHIN)
    without = over.filter(figures=None).values_list("pk", flat=True)
    found = [*late[:AT_ONCE], *without[:AT_ONCE]]
    return sum(note_figures(pk) is not None for pk in found)


def roll_up_what_changed(now: datetime) -> int:
    """Make the days anew in which figures changed, as many as other parts of a sweep can wait for."""
    return roll_up(DAYS_AT_ONCE)


def check_by_night(now: datetime) -> list[Difference]:
    """Check the last days, keep what differs for people to see, and have it made anew."""
    today = day_of(now)
    found = list(checking.check(today - timedelta(days=n) for n in range(BY_NIGHT)))
    checking.keep(found)
    if found:
        log.warning("Figures of calls differed from logs or charges in %s places; they are made anew.", len(found))
        mend(found)
    return found


def mend(found: list[Difference]) -> None:
    """Make anew what differs."""
    for pk in sorted({pk for one in found for pk in one.calls}):
        note_figures(pk)
    changed({one.day for one in found})
    roll_up(len(found))


def rebuild() -> int:
    """Note every call that is over again, and roll everything up anew; returns how many calls."""
    calls = Call.objects.filter(rehearsal=None).exclude(ended_at=None).order_by("pk").values_list("pk", flat=True)
    noted = sum(note_figures(pk) is not None for pk in calls.iterator())
    begin_again()
    while roll_up():
        pass
    return noted
