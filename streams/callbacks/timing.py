"""When somebody may be called back: in our opening hours, in decent hours where they are, and not too often. Sync."""

from datetime import datetime, timedelta

from django.conf import settings

from flows.engine.schedule import Schedule
from flows.models import OpeningHours
from streams.models import CallbackAttempt, CallbackRequest
from streams.models.callbacks import AttemptResult
from streams.ordered.hours import clocks, decent_hours, first_moment


def may_be_called_at(request: CallbackRequest, now: datetime, *, by_hand: bool) -> datetime | None:
    """When this number may be called, `now` or later; None when that is not known. Who calls by hand need not wait for
    the opening hours."""
    own = None if by_hand else _opening_hours(request.hours)
    schedules = [decent_hours(zone) for zone in clocks(request.number, own.zone if own else "")]
    start = max(now, _not_too_often(request.number, now))
    return first_moment([*schedules, *([own] if own else [])], start)


def _opening_hours(key: str) -> Schedule | None:
    """The hours as they are now; None when the request names none, or they were removed."""
    row = OpeningHours.objects.prefetch_related("periods", "holidays").filter(key=key).first() if key else None
    return row.as_schedule() if row else None


def is_too_often(number: str, now: datetime) -> bool:
    """Whether one more call to this number now is too many. Whoever orders one holds the number meanwhile."""
    return _not_too_often(number, now) > now


def _not_too_often(number: str, now: datetime) -> datetime:
    """From when on one more call to this number is not too many within a day."""
    day = timedelta(days=1)
    made = CallbackAttempt.objects.filter(number=number, ordered_at__gt=now - day)
    times = list(made.exclude(result=AttemptResult.NEVER_MADE).order_by("-ordered_at").values_list("ordered_at"))
    most = max(settings.CALLBACKS_A_DAY, 1)
    return times[most - 1][0] + day if len(times) >= most else now
