"""What opening hours say in words, held against the engine's own answer."""

from datetime import date, time

import pytest

from flows.engine.schedule import Holiday, OpenPeriod, Schedule
from flows.whenopen import at, days_from

LONDON = "Europe/London"
OFFICE = Schedule(
    name="Office",
    zone=LONDON,
    periods=(
        *(OpenPeriod(weekday=day, opens="09:00", closes="17:00") for day in range(5)),
        OpenPeriod(weekday=5, opens="22:00", closes="24:00"),
        OpenPeriod(weekday=6, opens="00:00", closes="02:00"),
    ),
    holidays=(
        Holiday(name="Christmas Day", month=12, day=25),
        Holiday(name="Boxing Day", month=12, day=26),
        Holiday(name="New Year’s Eve", month=12, day=31, opens="10:00", closes="12:00"),
    ),
)


@pytest.mark.parametrize(
    ("day", "clock", "says"),
    [
        (
            date(2026, 12, 25),
            time(18, 5),
            "On Friday 25 December 2026 at 18:05 (Europe/London) you are closed: Christmas Day. "
            "You open again on Sunday at 00:00.",
        ),
        (date(2026, 12, 23), time(9), "you are open until 17:00."),
        (date(2026, 12, 23), time(8), "you are closed. You open again the same day at 09:00."),
        (date(2026, 12, 19), time(23), "you are open until Sunday at 02:00."),
        (date(2026, 12, 31), time(11), "you are open until 12:00. New Year’s Eve has hours of its own."),
        (
            date(2026, 12, 31),
            time(12),
            "you are closed: New Year’s Eve, open 10:00–12:00. You open again on Friday at 09:00.",
        ),
    ],
)
def test_a_moment_in_words(day, clock, says):
    assert at(OFFICE, day, clock).sentence.endswith(says)


def test_a_day_beyond_the_week_is_told_with_its_date():
    moved = Schedule(name="x", zone=LONDON, periods=(OpenPeriod(weekday=0, opens="09:00", closes="17:00"),),
                     holidays=(Holiday(name="Moving", month=12, day=28),))  # fmt: skip
    assert "again on Monday 4 January 2027 at 09:00" in at(moved, date(2026, 12, 27), time(12)).sentence


def test_what_never_closes_and_what_never_opens():
    always = Schedule(name="x", periods=tuple(OpenPeriod(weekday=d, opens="00:00", closes="24:00") for d in range(7)))
    assert at(always, date(2026, 1, 1), time()).sentence.endswith("you are open, and never close.")
    assert "You do not open again" in at(Schedule(name="x"), date(2026, 1, 1), time()).sentence


@pytest.mark.parametrize(
    ("day", "clock", "state", "note"),
    [
        (date(2027, 3, 28), time(1, 30), "closed", "01:30 does not come, so this is 02:30"),  # clocks go forward
        (date(2026, 10, 25), time(1, 30), "open", "01:30 comes twice"),
        (date(2026, 10, 25), time(3), "closed", ""),
    ],
)
def test_where_the_clocks_change_it_is_said_what_that_means(day, clock, state, note):
    said = at(OFFICE, day, clock)
    assert said.state == state
    assert note in said.note
    assert bool(note) == bool(said.note)


def test_the_next_two_weeks_show_holidays_nights_and_changes_of_the_clock():
    days = days_from(OFFICE, date(2026, 12, 20))
    assert [(day.title, day.hours, day.holiday) for day in days[5:8]] == [
        ("Fri 25 Dec", "closed", "Christmas Day"),
        ("Sat 26 Dec", "closed", "Boxing Day"),
        ("Sun 27 Dec", "00:00–02:00", ""),
    ]
    assert len(days) == 14
    assert [(bar.begins, bar.lasts) for bar in days[1].bars] == [(540, 480)]
    assert days_from(OFFICE, date(2027, 3, 28))[0].clocks == "clocks go forward"
    assert days_from(OFFICE, date(2026, 10, 25))[0].clocks == "clocks go back"
