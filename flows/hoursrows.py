"""The rows of opening hours as people type them, and what is wrong with each. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flows.clocktime import clock_time, closing_time
from flows.engine.schedule import WEEKDAYS, Holiday, OpenPeriod, overlapping

NO_TIME = "“{}” is no time. Write it as 09:00, or as 9 am."
REVERSED = "It must close after it opens. For a night, write one row until 24:00, and one from 00:00 on the next day."
HALF = "Fill in both times."
LEAP_YEAR = 2024  # a year that has every day
LONGEST_NAME = 60


@dataclass
class Stretch:
    """One row of a day, as it was typed."""

    opens: str = ""
    closes: str = ""
    errors: list[str] = field(default_factory=list, init=False)

    @property
    def is_blank(self) -> bool:
        return not (self.opens or self.closes)

    def read(self) -> tuple[str, str] | None:
        """From and until as HH:MM; None, and `errors`, when it cannot be read."""
        if not (self.opens and self.closes):
            self.errors.append(HALF)
            return None
        opens, closes = clock_time(self.opens), closing_time(self.closes)
        if missed := [typed for typed, found in ((self.opens, opens), (self.closes, closes)) if not found]:
            self.errors.append(NO_TIME.format(missed[0][:20]))
        elif opens >= closes:
            self.errors.append(REVERSED)
        return None if self.errors else (opens, closes)


@dataclass
class HolidayRow(Stretch):
    """One holiday, as it was typed. Without hours it is closed all day; without a year it comes every year."""

    name: str = ""
    day: str = ""
    month: str = ""
    year: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.day or self.opens or self.closes)

    def holiday(self) -> Holiday | None:
        """As the engine reads it; None, and `errors`, when it cannot be read."""
        on = self._date()
        if not self.name:
            self.errors.append("Give it a name, such as Christmas Day.")
        elif len(self.name) > LONGEST_NAME:
            self.errors.append("The name is longer than 60 characters. Shorten it.")
        hours = self.read() if self.opens or self.closes else ("", "")
        if on is None or self.errors or hours is None:
            return None
        year = on.year if self.year else 0
        return Holiday(name=self.name, month=on.month, day=on.day, year=year, opens=hours[0], closes=hours[1])

    def _date(self) -> date | None:
        try:
            return date(int(self.year or LEAP_YEAR), int(self.month), int(self.day))
        except ValueError:
            self.errors.append("There is no such day. Check the day and the month.")
            return None


@dataclass
class Day:
    """The rows of one day of the week."""

    weekday: int
    rows: list[Stretch] = field(default_factory=list)

    @property
    def name(self) -> str:
        return WEEKDAYS[self.weekday]

    @property
    def shown(self) -> list[Stretch]:
        """The rows of the page: one to fill in where there is none."""
        return self.rows or [Stretch()]


def read(days: Iterable[Day], holidays: Iterable[HolidayRow]) -> tuple[tuple[OpenPeriod, ...], tuple[Holiday, ...]]:
    """The week and the holidays as the engine reads them. Rows that cannot be read are marked, and left out."""
    days, rows = list(days), [row for row in holidays if not row.is_blank]
    for row in (*(row for day in days for row in day.rows), *rows):
        row.errors.clear()
    week = [
        (row, OpenPeriod(weekday=day.weekday, opens=hours[0], closes=hours[1]))
        for day in days
        for row in day.rows
        if not row.is_blank and (hours := row.read())
    ]
    _mark_overlaps(week)
    found = [(row, holiday) for row in rows if (holiday := row.holiday())]
    _mark_same_days(found)
    return (
        tuple(sorted((period for _, period in week), key=lambda each: (each.weekday, each.opens))),
        tuple(sorted((holiday for _, holiday in found), key=lambda each: (each.month, each.day))),
    )


def _mark_overlaps(week: list[tuple[Stretch, OpenPeriod]]) -> None:
    for first, second in overlapping(period for _, period in week):
        row = next(row for row, period in reversed(week) if period == second)
        row.errors.append(
            f"{second.opens} to {second.closes} overlaps with {first.opens} to {first.closes}. Change one of them."
        )


def _mark_same_days(found: list[tuple[HolidayRow, Holiday]]) -> None:
    for index, (row, later) in enumerate(found):
        for _, earlier in found[:index]:
            is_same_year = earlier.year == later.year or 0 in (earlier.year, later.year)
            if is_same_year and (earlier.month, earlier.day) == (later.month, later.day):
                row.errors.append(f"“{earlier.name}” falls on the same day. Keep one of them.")
