"""When somebody may be called at all, on the clocks where they are. Sync, and pure but for the settings."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings

from flows.engine.schedule import OpenPeriod, Schedule
from flows.numbers import is_of_a_place, zones_of

SPAN = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")  # the site's checks look closer
USUAL_SPAN = ("08:00", "21:00")
LOOK_AHEAD = timedelta(days=8)  # a week of hours, and a day


def first_moment(schedules: Sequence[Schedule], start: datetime) -> datetime | None:
    """The first moment from `start` on at which all of these are open; None within a week. Pure."""
    moment = start
    while moment <= start + LOOK_AHEAD:
        closed = next((each for each in schedules if each.state_at(moment.timestamp()) != "open"), None)
        if closed is None:
            return moment
        opens = closed.changes_after(moment.timestamp())
        if opens is None:
            return None
        moment = datetime.fromtimestamp(opens, UTC)
    return None


def clocks(number: str, otherwise: str = "") -> tuple[str, ...]:
    """The time zones that count for a number: every one that whoever has it may be in. Where that says nothing, as for
    a freephone number, `otherwise` or the site's."""
    known = zones_of(number) if is_of_a_place(number) else ()
    return known or (otherwise or settings.TIME_ZONE,)


def decent_hours(zone: str) -> Schedule:
    """When people may be called whose clocks are those of `zone`."""
    begins, ends = decent_span()
    periods = tuple(OpenPeriod(weekday=day, opens=begins, closes=ends) for day in range(7))
    return Schedule(name="Decent hours", zone=zone, periods=periods)


def decent_span() -> tuple[str, str]:
    """From when until when people may be called, as HH:MM."""
    found = SPAN.fullmatch(settings.CALLBACK_HOURS)
    return (found[1], found[2]) if found else USUAL_SPAN
