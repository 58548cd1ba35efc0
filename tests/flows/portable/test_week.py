"""Opening hours as people write them."""

import pytest

from flows.engine.schedule import Holiday, OpenPeriod, Schedule
from flows.portable import week
from flows.portable.outline import Unreadable, read, write

ODD = Schedule(
    name="Bar",
    zone="Europe/Berlin",
    periods=(
        OpenPeriod(weekday=0, opens="09:00", closes="12:00"),
        OpenPeriod(weekday=0, opens="14:00", closes="24:00"),
        OpenPeriod(weekday=1, opens="09:00", closes="12:00"),
        OpenPeriod(weekday=6, opens="00:00", closes="24:00"),
    ),
    holidays=(Holiday(name="Eve, half a day", month=12, day=24, year=2026, opens="09:00", closes="12:00"),),
)


def test_hours_are_the_same_after_they_were_written_and_read():
    assert week.hours_of(read(write(week.in_words(ODD)))) == ODD


def test_people_write_days_in_several_ways():
    found = week.hours_of(read("name: Shop\nweek:\n  monday, Wednesday: 9:00-17:00\n  Saturday to Sunday: closed\n"))
    assert [(period.weekday, period.opens, period.closes) for period in found.periods] == [
        (0, "09:00", "17:00"),
        (2, "09:00", "17:00"),
    ]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("week:\n  Mondy: 09:00 to 10:00", "Line 3: “Mondy” is no day."),
        ("week:\n  Monday: nine to five", "Line 3: “nine to five” are no hours."),
        ("week:\n  Monday: 10:00 to 09:00", "it must close after it opens"),
        ("holidays:\n  - Christmas", "Line 3: “Christmas” is no holiday."),
        ("holidays:\n  - 31 February, Party", "There is no 31 February."),
        ("holidays: 25 December", "A list is wanted under “holidays”"),
    ],
)
def test_what_is_no_time_is_told_with_its_line(lines, says):
    with pytest.raises(Unreadable) as refused:
        week.hours_of(read(f"name: Shop\n{lines}"))
    assert says in str(refused.value)
