"""The day or month that a budget is for. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Period:
    """From `began` up to `ends`, on the clocks of one zone: 23 or 25 hours on the days when they change."""

    began: datetime
    ends: datetime

    def passed(self, now: datetime) -> float:
        """How much of it is over, 0 to 1."""
        return min(max((now - self.began) / (self.ends - self.began), 0.0), 1.0)


def period_of(kind: str, now: datetime, zone: tzinfo) -> Period:
    """The `day` or `month` that `now` lies in."""
    first = now.astimezone(zone).date()
    if kind == "month":
        first = first.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
    else:
        after = first + timedelta(days=1)
    began, ends = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, after))
    # Between two moments of one zone Python compares what clocks show; in UTC it compares what passes.
    return Period(began.astimezone(UTC), ends.astimezone(UTC))
