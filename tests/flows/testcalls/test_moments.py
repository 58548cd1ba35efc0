"""When a test call takes place."""

from datetime import UTC, datetime

from flows.engine.schedule import Schedule
from flows.testcalls.acts import Calls
from flows.testcalls.moments import calls_at, moment
from tests.builders import RESOURCES, flow_of

MADRID = flow_of(
    hours=("opening_hours", {"hours": "office"}, "bye"),
    bye=("hang_up", ""),
    resources={**RESOURCES, "hours": {"office": Schedule(name="Office", zone="Europe/Madrid")}},
)
PLAIN = flow_of(bye=("hang_up", ""))


def utc(*when):
    return datetime(*when, tzinfo=UTC).timestamp()


def test_a_call_comes_on_a_monday_at_ten_unless_a_line_says_otherwise():
    assert moment(Calls(), PLAIN) == utc(2026, 7, 6, 10)


def test_day_and_time_are_on_the_clock_of_the_opening_hours():
    assert moment(Calls(day="25 December 2026", clock="18:05"), MADRID) == utc(2026, 12, 25, 17, 5)


def test_a_weekday_is_one_that_is_no_holiday():
    assert moment(Calls(day="Friday"), PLAIN) == utc(2026, 7, 10, 10)


def test_a_leap_day_without_a_year_exists():
    assert moment(Calls(day="29 February"), PLAIN) == utc(2028, 2, 29, 10)


def test_a_moment_is_told_as_it_would_be_written():
    assert calls_at(utc(2026, 12, 25, 17, 5), MADRID) == Calls(day="25 December 2026", clock="18:05")
