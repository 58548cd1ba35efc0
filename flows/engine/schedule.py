"""When a place is open: weekly hours, and holidays that come every year. Pure.

Times are wall-clock times of the schedule's own zone.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.engine.values import value

A_DAY, A_MINUTE = 86_400, 60  # seconds
DAYS_TO_LOOK = 400  # for the next change: more than a year of one holiday after the other

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
NOT_A_STRETCH = "it closes before it opens. For hours past midnight, add a row for each of the two days."


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
        """`open`, `closed` or `holiday` at `moment`, in seconds since the Unix epoch.

        Closed when the moment or the zone is beyond the calendar: a call must go on somewhere.
        """
        try:
            local = datetime.fromtimestamp(moment, ZoneInfo(self.zone))
        except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):
            return "closed"
        clock = f"{local:%H:%M}"
        if any(opens <= clock < closes for opens, closes in self.hours_on(local.date())):
            return "open"
        return "holiday" if self.holiday_on(local.date()) else "closed"

    def changes_after(self, moment: float) -> float | None:
        """The next moment at which it opens or closes; None when it stays as it is. The zone must be known."""
        is_open = self.state_at(moment) == "open"
        today = datetime.fromtimestamp(moment, ZoneInfo(self.zone)).date()
        for day in (today + timedelta(days=ahead) for ahead in range(DAYS_TO_LOOK)):
            for at in self._edges(day):
                if at > moment and (self.state_at(at) == "open") != is_open:
                    return at
        return None

    def problems(self) -> Iterator[str]:
        """What to mend, as sentences."""
        try:
            ZoneInfo(self.zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            yield f"The time zone {self.zone} of {self.name} is not known. Choose another, such as America/Los_Angeles."
        if not self.periods:
            yield f"{self.name} has no opening hours yet, so it would always be closed. Add a row for each open day."
        for period in self.periods:
            if not _is_stretch(period.opens, period.closes):
                yield f"{self.name}, {WEEKDAYS[period.weekday]}: {NOT_A_STRETCH}"
        for holiday in self.holidays:
            if holiday.opens and not _is_stretch(holiday.opens, holiday.closes):
                yield f"{self.name}, {holiday.name}: {NOT_A_STRETCH}"

    def holiday_on(self, day: date) -> Holiday | None:
        """The holiday that counts on this day."""
        return next((holiday for holiday in self.holidays if holiday.falls_on(day)), None)

    def hours_on(self, day: date) -> list[tuple[str, str]]:
        """When it is open on this day: from and until before, HH:MM."""
        holiday = self.holiday_on(day)
        if holiday:
            return [(holiday.opens, holiday.closes)] if holiday.opens else []
        return [(period.opens, period.closes) for period in self.periods if period.weekday == day.weekday()]

    def _edges(self, day: date) -> Iterable[float]:
        """The moments of a day at which its hours may begin or end, in order.

        Where the clocks change that is every minute: a time may come twice, or never.
        """
        zone = ZoneInfo(self.zone)
        begins, ends = (datetime.combine(each, time(), zone).timestamp() for each in (day, day + timedelta(days=1)))
        if ends - begins != A_DAY:
            return (begins + seconds for seconds in range(0, int(ends - begins), A_MINUTE))
        clocks = {clock for hours in self.hours_on(day) for clock in hours} | {"00:00"}
        return (begins + _minutes(clock) * A_MINUTE for clock in sorted(clocks))


def overlapping(periods: Iterable[OpenPeriod]) -> Iterator[tuple[OpenPeriod, OpenPeriod]]:
    """Pairs that are open at the same time, the one that begins first before the other."""
    in_order = sorted(periods, key=lambda period: (period.weekday, period.opens, period.closes))
    for first, second in combinations(in_order, 2):
        if first.weekday == second.weekday and second.opens < first.closes:
            yield first, second


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _is_stretch(opens: str, closes: str) -> bool:
    return bool(CLOCK.fullmatch(opens) and CLOCK.fullmatch(closes)) and opens < closes
