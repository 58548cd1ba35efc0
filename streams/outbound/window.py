"""When somebody on a list may be called, and how many calls a list may begin now. Sync."""

from datetime import datetime, timedelta

from django.utils import timezone

from flows.engine.schedule import OpenPeriod, Schedule
from streams.models import Callee, CallList, OutboundAttempt
from streams.models.outbound import OPEN_RESULTS, OutboundResult
from streams.ordered.hours import clocks, decent_hours, first_moment

MOST_A_DAY = 3  # calls to one number within 24 hours, whatever lists it is on
DAY = timedelta(days=1)


def may_be_called_at(callee: Callee, now: datetime) -> datetime | None:
    """When they may be called, `now` or later: in the list's window and in decent hours on all their clocks, and not
    too often. None when there is no such hour within a week."""
    zones = (callee.zone,) if callee.zone else clocks(callee.number)
    both = [each for zone in zones for each in (window_of(callee.call_list, zone), decent_hours(zone))]
    return first_moment(both, max(now, _not_too_often(callee.number, now)))


def window_of(call_list: CallList, zone: str) -> Schedule:
    """The list's window on the clocks of a zone."""
    begins, ends = f"{call_list.opens:%H:%M}", f"{call_list.closes:%H:%M}"
    periods = tuple(OpenPeriod(weekday=int(day), opens=begins, closes=ends) for day in call_list.weekdays)
    return Schedule(name="Window", zone=zone, periods=periods)


def room(call_list: CallList, now: datetime) -> int:
    """How many calls it may begin at this moment, by what is under way and what was begun today."""
    begun = OutboundAttempt.objects.filter(callee__call_list=call_list)
    under_way = begun.filter(result__in=OPEN_RESULTS).count()
    return min(call_list.at_once - under_way, call_list.daily_cap - begun_today(call_list, now))


def begun_today(call_list: CallList, now: datetime) -> int:
    """The calls of this day on the site's clock."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    begun = OutboundAttempt.objects.filter(callee__call_list=call_list, ordered_at__gte=midnight)
    return begun.exclude(result=OutboundResult.NEVER_MADE).count()


def is_too_often(number: str, now: datetime) -> bool:
    """Whether one more call to this number now is too many. Whoever orders one holds the number meanwhile."""
    return _not_too_often(number, now) > now


def _not_too_often(number: str, now: datetime) -> datetime:
    """From when on one more call to this number is not too many within a day."""
    made = OutboundAttempt.objects.filter(number=number, ordered_at__gt=now - DAY)
    times = list(made.exclude(result=OutboundResult.NEVER_MADE).order_by("-ordered_at").values_list("ordered_at"))
    return times[MOST_A_DAY - 1][0] + DAY if len(times) >= MOST_A_DAY else now
