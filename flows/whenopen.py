"""What opening hours say in words: of one moment, and of the days to come. Pure; the engine's own schedule is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.engine.schedule import WEEKDAYS, Schedule
from flows.testcalls.moments import MONTHS

DAYS_SHOWN = 14
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Said:
    """What happens at one moment. `state` is what the engine says; `note` tells of a change of the clocks."""

    moment: float
    state: str
    sentence: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One stretch of a day on a scale of 24 hours, in minutes."""

    begins: int
    lasts: int


@dataclass(frozen=True)
class DayShown:
    """One day to come: when it is open, and what is special about it."""

    title: str
    hours: str
    bars: tuple[Bar, ...]
    holiday: str = ""
    clocks: str = ""


def at(schedule: Schedule, day: date, clock: time) -> Said:
    """What happens on this day at this time, on the clock of the place."""
    zone = ZoneInfo(schedule.zone)
    wanted = datetime.combine(day, clock, zone)
    moment = wanted.timestamp()
    local = datetime.fromtimestamp(moment, zone)
    state = schedule.state_at(moment)
    return Said(
        moment=moment,
        state=state,
        sentence=f"On {_day(local.date())} at {local:%H:%M} ({schedule.zone}) {_state(schedule, local, state)}",
        note=_note(wanted, local),
    )


def days_from(schedule: Schedule, first: date) -> list[DayShown]:
    """The next two weeks, a day each."""
    return [_shown(schedule, first + timedelta(days=ahead)) for ahead in range(DAYS_SHOWN)]


def bars(hours: Iterable[tuple[str, str]]) -> tuple[Bar, ...]:
    """Hours from and until, HH:MM, as bars to draw."""
    found = ((_minutes(opens), _minutes(closes)) for opens, closes in hours)
    return tuple(Bar(begins, ends - begins) for begins, ends in found)


def _state(schedule: Schedule, local: datetime, state: str) -> str:
    holiday, until = schedule.holiday_on(local.date()), schedule.changes_after(local.timestamp())
    changes = datetime.fromtimestamp(until, local.tzinfo) if until is not None else None
    if state == "open":
        ends = f"you are open until {_when(changes, local)}." if changes else "you are open, and never close."
        return f"{ends} {holiday.name} has hours of its own." if holiday else ends
    special = (
        f": {holiday.name}" + (f", open {_hours([(holiday.opens, holiday.closes)])}" if holiday.opens else "")
        if holiday
        else ""
    )
    again = f"You open again {_again(changes, local)}." if changes else "You do not open again: no hours are set."
    return f"you are closed{special}. {again}"


def _again(moment: datetime, since: datetime) -> str:
    if moment.date() == since.date():
        return f"the same day at {moment:%H:%M}"
    return f"on {_near(moment.date(), since.date())} at {moment:%H:%M}"


def _when(moment: datetime, since: datetime) -> str:
    if moment.date() == since.date():
        return f"{moment:%H:%M}"
    if moment.time() == time() and moment.date() == since.date() + timedelta(days=1):
        return "midnight"
    return f"{_near(moment.date(), since.date())} at {moment:%H:%M}"


def _near(day: date, since: date) -> str:
    """A weekday alone says enough within a week."""
    return WEEKDAYS[day.weekday()] if day - since < A_WEEK else _day(day)


def _note(wanted: datetime, local: datetime) -> str:
    if wanted.replace(tzinfo=None) != local.replace(tzinfo=None):
        return f"The clocks go forward that day: {wanted:%H:%M} does not come, so this is {local:%H:%M}."
    if wanted.utcoffset() != wanted.replace(fold=1).utcoffset():
        return f"The clocks go back that day: {wanted:%H:%M} comes twice, and this is the first time."
    return ""


def _shown(schedule: Schedule, day: date) -> DayShown:
    hours, holiday = sorted(schedule.hours_on(day)), schedule.holiday_on(day)
    return DayShown(
        title=f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}",
        hours=_hours(hours) or "closed",
        bars=bars(hours),
        holiday=holiday.name if holiday else "",
        clocks=_clocks(day, ZoneInfo(schedule.zone)),
    )


def _clocks(day: date, zone: ZoneInfo) -> str:
    before, after = (datetime.combine(each, time(), zone).utcoffset() for each in (day, day + timedelta(days=1)))
    if before is None or after is None or before == after:
        return ""
    return "clocks go forward" if after > before else "clocks go back"


def _hours(hours: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in hours)


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
