"""Opening hours in a file: “Monday to Friday: 08:00 to 18:00”, and “25 December, Christmas Day” for a holiday."""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import groupby

from flows.engine.schedule import WEEKDAYS, Holiday, OpenPeriod, Schedule
from flows.portable.outline import Complaint, Part, Text, Unreadable, Written
from flows.portable.taking import Taking
from flows.portable.wording import text_of

CLOSED = "closed"
STRETCH = re.compile(r"([01]?[0-9]|2[0-4])[:.]([0-5][0-9]) ?(?:to|-|–) ?([01]?[0-9]|2[0-4])[:.]([0-5][0-9])")
HOLIDAY = re.compile(r"([0-9]{1,2}) ([A-Za-z]+)(?: ([0-9]{4}))?, (.+?)(?:, ([0-9:.]+ ?(?:to|-|–) ?[0-9:.]+))?")
MONTHS = [month.casefold() for month in calendar.month_name]
DAYS = [day.casefold() for day in WEEKDAYS]
MOST_HOLIDAYS = 200


def in_words(schedule: Schedule) -> Written:
    """The part of a file for these hours."""
    said: dict[str, Written] = {"name": schedule.name, "time zone": schedule.zone}
    if schedule.periods:
        said["week"] = dict(_week(schedule.periods))
    if schedule.holidays:
        said["holidays"] = [_holiday(holiday) for holiday in schedule.holidays]
    return said


def hours_of(part: Part) -> Schedule:
    """The hours that a part describes. Raises `Unreadable`."""
    taking = Taking(part, "these opening hours")
    name = taking.text("name", longest=80, required=True)
    zone = taking.text("time zone", longest=60) or "UTC"
    periods = list[OpenPeriod]()
    week = Taking(taking.part("week") or Text(""), "the week")
    for days, hours in week.rest():
        periods += taking.attempt(partial(_periods, days, hours), [])
    rows = taking.rows("holidays", MOST_HOLIDAYS)
    holidays = [taking.attempt(partial(_holiday_of, row), None) for row in rows]
    taking.complaints += week.complaints
    taking.finish()
    return Schedule(
        name=name,
        zone=zone,
        periods=tuple(sorted(periods, key=lambda period: (period.weekday, period.opens))),
        holidays=tuple(holiday for holiday in holidays if holiday),
    )


def _week(periods: tuple[OpenPeriod, ...]) -> Iterator[tuple[str, str]]:
    by_day = {
        day: ", ".join(f"{period.opens} to {period.closes}" for period in found)
        for day, found in groupby(sorted(periods, key=lambda each: each.weekday), key=lambda each: each.weekday)
    }
    for hours, days in groupby(range(7), key=lambda day: by_day.get(day, "")):
        same = list(days)
        if hours:
            yield (WEEKDAYS[same[0]] + (f" to {WEEKDAYS[same[-1]]}" if len(same) > 1 else ""), hours)


def _holiday(holiday: Holiday) -> str:
    day = f"{holiday.day} {calendar.month_name[holiday.month]}" + (f" {holiday.year}" if holiday.year else "")
    return f"{day}, {holiday.name}" + (f", {holiday.opens} to {holiday.closes}" if holiday.opens else "")


def _periods(days: Text, hours: Part) -> list[OpenPeriod]:
    said = text_of(hours, 200).strip()
    if said.casefold() == CLOSED:
        return []
    stretches = [_stretch(each.strip(), hours.line) for each in said.split(",")]
    return [OpenPeriod(weekday=day, opens=opens, closes=closes) for day in _days(days) for opens, closes in stretches]


def _days(name: Text) -> list[int]:
    found = list[int]()
    for each in name.text.casefold().split(","):
        first, _, last = each.strip().partition(" to ")
        if first not in DAYS or (last or first) not in DAYS:
            raise _complaint(name.line, f"“{name.text[:40]}” is no day. Write “Monday” or “Monday to Friday”.")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found += range(begin, end + 1) if begin <= end else [*range(begin, 7), *range(end + 1)]
    return found


def _stretch(said: str, line: int) -> tuple[str, str]:
    found = STRETCH.fullmatch(said)
    if not found:
        raise _complaint(line, f"“{said[:40]}” are no hours. Write them as “08:00 to 18:00”, or “closed”.")
    opens, closes = f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"
    if not opens < closes <= "24:00":
        raise _complaint(line, f"“{said[:40]}”: it must close after it opens, at 24:00 at the latest.")
    return opens, closes


def _holiday_of(part: Part) -> Holiday:
    said = " ".join(text_of(part, 200).split())
    found = HOLIDAY.fullmatch(said)
    if not found or found[2].casefold() not in MONTHS or len(found[4]) > 60:
        sentence = (
            f"“{said[:60]}” is no holiday. Write “25 December, Christmas Day”, with hours behind it if it has any."
        )
        raise _complaint(part.line, sentence)
    day, month, year = int(found[1]), MONTHS.index(found[2].casefold()), int(found[3] or 0)
    try:
        date(year or 2024, month, day)  # 2024 has a 29 February
    except ValueError:
        raise _complaint(part.line, f"There is no {found[1]} {found[2]}. Check the day and the month.") from None
    opens, closes = _stretch(found[5], part.line) if found[5] else ("", "")
    return Holiday(name=found[4], month=month, day=day, year=year, opens=opens, closes=closes)


def _complaint(line: int, sentence: str) -> Unreadable:
    return Unreadable([Complaint(line, sentence)])
