"""When a place is open: weekly hours, and holidays that come every year. Pure.

Times are wall-clock times of the schedule's own zone. A time that a clock change skips or repeats is read as the
first of the two moments (PEP 495, fold=0).
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.engine.events import value

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@value
class OpenPeriod:
    """Open on `weekday` (0 is Monday) from `opens` until before `closes`, both HH:MM. 24:00 is midnight's end."""

    weekday: int
    opens: str
    closes: str


@value
class Holiday:
    """A day on which the weekly hours do not count. `year` 0: every year. Empty hours: closed all day."""

    name: str
    month: int
    day: int
    year: int = 0
    opens: str = ""
    closes: str = ""

    def falls_on(self, day: date) -> bool:
        """True when `day` is this holiday."""
        return (day.month, day.day) == (self.month, self.day) and self.year in (0, day.year)


@value
class Schedule:
    """The opening hours of one place."""

    name: str
    zone: str = "UTC"
    periods: tuple[OpenPeriod, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    def state_at(self, moment: float) -> str:
        """`open`, `closed` or `holiday` at `moment`, in seconds since the Unix epoch."""
        local = datetime.fromtimestamp(moment, ZoneInfo(self.zone))
        clock = f"{local:%H:%M}"
        for holiday in self.holidays:
            if holiday.falls_on(local.date()):
                return "open" if holiday.opens and holiday.opens <= clock < holiday.closes else "holiday"
        for period in self.periods:
            if period.weekday == local.weekday() and period.opens <= clock < period.closes:
                return "open"
        return "closed"

    def next_opening(self, moment: float) -> datetime | None:
        """The next moment it opens after `moment`, within two weeks; None when there is none."""
        local = datetime.fromtimestamp(moment, ZoneInfo(self.zone))
        candidate = local.replace(second=0, microsecond=0)
        for _ in range(14 * 24 * 4):
            candidate += timedelta(minutes=15 - candidate.minute % 15)
            if self.state_at(candidate.timestamp()) == "open":
                return candidate
        return None
