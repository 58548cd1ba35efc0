"""When somebody may be called back: in our opening hours, in decent hours where they are, and not too often. Sync."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from flows.engine.schedule import OpenPeriod, Schedule
from flows.models import OpeningHours
from flows.numbers import zone_of
from streams.models import CallbackAttempt, CallbackRequest
from streams.models.callbacks import AttemptResult

SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")  # the site's checks look closer
USUAL_SPAN = ("08:00", "21:00")
LOOK_EVERY = timedelta(minutes=15)
LOOK_AHEAD = timedelta(days=8)  # a week of hours, and a day


def first_moment(schedules: Sequence[Schedule], start: datetime) -> datetime | None:
    """The first moment from `start` on at which all of these are open, to the quarter of an hour; None within a week.
    Pure."""
    moment = start
    while moment <= start + LOOK_AHEAD:
        if all(schedule.state_at(moment.timestamp()) == "open" for schedule in schedules):
            return moment
        moment = _next_quarter(moment)
    return None


def _next_quarter(moment: datetime) -> datetime:
    whole = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return whole + LOOK_EVERY


def may_be_called_at(request: CallbackRequest, now: datetime, *, by_hand: bool) -> datetime | None:
    """When this number may be called, `now` or later; None when that is not known. Who calls by hand need not wait for
    the opening hours."""
    own = None if by_hand else _opening_hours(request.hours)
    schedules = [decent_hours(request.number, own.zone if own else "")]
    start = max(now, _not_too_often(request.number, now))
    return first_moment([*schedules, *([own] if own else [])], start)


def decent_hours(number: str, zone: str = "") -> Schedule:
    """When people of this number may be called, on their own clocks; where those are not known, on the clock of `zone`
    or the site."""
    found = SPAN.fullmatch(settings.CALLBACK_HOURS)
    begins, ends = found.groups() if found else USUAL_SPAN
    periods = tuple(OpenPeriod(weekday=day, opens=begins, closes=ends) for day in range(7))
    return Schedule(name="Decent hours", zone=zone_of(number) or zone or settings.TIME_ZONE, periods=periods)


def _opening_hours(key: str) -> Schedule | None:
    """The hours as they are now; None when the request names none, or they were removed."""
    row = OpeningHours.objects.prefetch_related("periods", "holidays").filter(key=key).first() if key else None
    return row.as_schedule() if row else None


def _not_too_often(number: str, now: datetime) -> datetime:
    """From when on one more call to this number is not too many within a day."""
    day = timedelta(days=1)
    made = CallbackAttempt.objects.filter(number=number, ordered_at__gt=now - day)
    times = list(made.exclude(result=AttemptResult.NEVER_MADE).order_by("-ordered_at").values_list("ordered_at"))
    most = max(settings.CALLBACKS_A_DAY, 1)
    return times[most - 1][0] + day if len(times) >= most else now
