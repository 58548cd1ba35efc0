"""When a test call takes place: days in words to a moment, the same on every run. Pure."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.engine.machine import Flow
from flows.engine.schedule import WEEKDAYS, Schedule
from flows.testcalls.acts import Calls

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
A_MONDAY = date(2026, 7, 6)
USUAL_YEARS = (2026, 2028)  # of days without a year; the second for 29 February
YEARS = range(2000, 2101)
USUAL_CLOCK = "10:00"
WEEKS_TO_LOOK = 60


def day_in_words(text: str) -> str:
    """A day as `Calls` keeps it: “Monday”, “25 December” or “25 December 2026”; "" when this is no day."""
    text = " ".join(text.replace(",", " ").split())
    for weekday in WEEKDAYS:
        if text.casefold() in (weekday.casefold(), weekday[:3].casefold()):
            return weekday
    if found := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d\d?)\.? (\w+)(?: (\d{4}))?", text):
        return _day(int(found[1]), _month(found[2]), int(found[3] or 0))
    if found := re.fullmatch(r"(\w+) (\d\d?)(?: (\d{4}))?", text):
        return _day(int(found[2]), _month(found[1]), int(found[3] or 0))
    return ""


def clock_in_words(text: str) -> str:
    """A time as `Calls` keeps it, HH:MM; "" when this is no time."""
    found = re.fullmatch(r"(\d\d?):(\d\d)", text.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return ""
    return f"{int(found[1]):02}:{found[2]}"


def moment(calls: Calls, flow: Flow) -> float:
    """The moment of the call in seconds since the Unix epoch. A weekday is one that is no holiday."""
    day, clock = _date(calls.day or "Monday", flow), calls.clock or USUAL_CLOCK
    at = datetime.combine(day, time.fromisoformat(clock), tzinfo=zone_of(flow))
    return at.timestamp()


def calls_at(began: float, flow: Flow) -> Calls:
    """The other way round: day and time of this moment, on the clock of the flow."""
    local = datetime.fromtimestamp(began, zone_of(flow))
    return Calls(day=f"{local.day} {MONTHS[local.month - 1]} {local.year}", clock=f"{local:%H:%M}")


def zone_of(flow: Flow) -> ZoneInfo:
    """The zone of the flow's opening hours, UTC where it has none."""
    for schedule in schedules(flow):
        try:
            return ZoneInfo(schedule.zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue
    return ZoneInfo("UTC")


def schedules(flow: Flow) -> list[Schedule]:
    """The opening hours of a flow, in a fixed order."""
    return [schedule for _, schedule in sorted(flow.resources.get("hours", {}).items())]


def _day(day: int, month: int, year: int) -> str:
    if year and year not in YEARS:
        return ""
    for known in (year,) if year else USUAL_YEARS:
        try:
            date(known, month, day)
        except ValueError:
            continue
        return f"{day} {MONTHS[month - 1]}" + (f" {year}" if year else "")
    return ""


def _month(word: str) -> int:
    names = [name.casefold() for name in MONTHS]
    wanted = word.casefold()
    return next((place for place, name in enumerate(names, 1) if wanted in (name, name[:3])), 0)


def _date(day: str, flow: Flow) -> date:
    if day in WEEKDAYS:
        first = A_MONDAY + timedelta(days=WEEKDAYS.index(day))
        weeks = (first + timedelta(weeks=week) for week in range(WEEKS_TO_LOOK))
        return next((found for found in weeks if not _is_holiday(found, flow)), first)
    number, month, *year = day.split()
    for known in (int(year[0]),) if year else USUAL_YEARS:
        try:
            return date(known, MONTHS.index(month) + 1, int(number))
        except ValueError:
            continue
    return A_MONDAY


def _is_holiday(day: date, flow: Flow) -> bool:
    return any(holiday.falls_on(day) for schedule in schedules(flow) for holiday in schedule.holidays)
