from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.engine.schedule import Holiday, OpenPeriod, Schedule, overlapping

LA = "America/Los_Angeles"


def weekdays(opens, closes):
    return tuple(OpenPeriod(weekday=day, opens=opens, closes=closes) for day in range(5))


OFFICE = Schedule(
    name="Office",
    zone=LA,
    periods=(
        *weekdays("09:00", "12:00"),
        *weekdays("13:00", "17:00"),
        OpenPeriod(weekday=5, opens="22:00", closes="24:00"),
    ),
    holidays=(
        Holiday(name="Christmas", month=12, day=25),
        Holiday(name="New Year's Eve", month=12, day=31, opens="09:00", closes="12:00"),
        Holiday(name="Move", month=7, day=6, year=2026),
        Holiday(name="Leap day", month=2, day=29),
    ),
)


def at(text, zone=LA):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("2026-07-07T08:59", "closed"),
        ("2026-07-07T09:00", "open"),
        ("2026-07-07T11:59:59", "open"),
        ("2026-07-07T12:00", "closed"),  # lunch
        ("2026-07-07T13:00", "open"),
        ("2026-07-07T17:00", "closed"),
        ("2026-07-11T23:59", "open"),  # Saturday to midnight
        ("2026-07-12T00:00", "closed"),
        ("2025-12-25T10:00", "holiday"),
        ("2026-12-25T10:00", "holiday"),  # every year
        ("2026-12-31T10:00", "open"),  # shorter hours
        ("2026-12-31T13:00", "holiday"),
        ("2026-07-06T10:00", "holiday"),  # only this year
        ("2027-07-06T10:00", "open"),
        ("2028-02-29T10:00", "holiday"),
    ],
)
def test_the_state_of_a_moment(when, state):
    assert OFFICE.state_at(at(when)) == state


def test_the_clock_is_that_of_the_place():
    assert OFFICE.state_at(at("2026-07-07T17:30", "UTC")) == "open"  # 10:30 in Los Angeles


def test_a_change_of_the_clock_moves_the_hours_with_it():
    # Monday after the spring change: 09:00 local is an hour earlier in UTC than the Monday before
    before, after = at("2026-03-02T17:00", "UTC"), at("2026-03-09T16:00", "UTC")
    assert OFFICE.state_at(before) == OFFICE.state_at(after) == "open"
    assert OFFICE.state_at(before - 1) == OFFICE.state_at(after - 1) == "closed"


@pytest.mark.parametrize("moment", [float("inf"), float("-inf"), float("nan"), 1e20])
def test_a_moment_beyond_the_calendar_is_closed(moment):
    assert OFFICE.state_at(moment) == "closed"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "a\x00b"])
def test_an_unknown_zone_is_closed_and_a_problem(zone):
    schedule = Schedule(name="Office", zone=zone, periods=weekdays("09:00", "17:00"))
    assert schedule.state_at(0.0) == "closed"
    assert "time zone" in next(schedule.problems())


@pytest.mark.parametrize(
    ("opens", "closes"), [("17:00", "09:00"), ("09:00", "09:00"), ("9:00", "17:00"), ("22:00", "00:00")]
)
def test_hours_that_close_before_they_open_are_a_problem(opens, closes):
    schedule = Schedule(name="Office", periods=(OpenPeriod(weekday=1, opens=opens, closes=closes),))
    assert list(schedule.problems()) == [
        "Office, Tuesday: it closes before it opens. For hours past midnight, add a row for each of the two days."
    ]


def test_good_hours_have_no_problem():
    assert list(OFFICE.problems()) == []


def test_the_next_change_is_found_over_nights_and_holidays():
    saturday = at("2026-07-11T12:00")
    opens = OFFICE.changes_after(saturday)
    assert opens == at("2026-07-11T22:00")
    assert OFFICE.changes_after(opens) == at("2026-07-12T00:00")
    assert OFFICE.changes_after(at("2026-12-24T17:00")) == at("2026-12-26T22:00")  # Christmas lies between


def test_what_never_changes_has_no_next_change():
    whole = tuple(OpenPeriod(weekday=day, opens="00:00", closes="24:00") for day in range(7))
    assert Schedule(name="Always", periods=whole).changes_after(0.0) is None
    assert Schedule(name="Never").changes_after(0.0) is None


def test_where_the_clocks_change_the_next_change_is_what_the_clock_shows():
    early = Schedule(
        name="Early", zone="Europe/Berlin", periods=(OpenPeriod(weekday=6, opens="02:30", closes="02:45"),)
    )
    # 29 March 2026: 02:00 to 03:00 does not come, so the next Sunday opens. 25 October: it comes twice.
    assert early.changes_after(at("2026-03-29T00:30", "Europe/Berlin")) == at("2026-04-05T02:30", "Europe/Berlin")
    first = early.changes_after(at("2026-10-25T00:30", "Europe/Berlin"))
    assert first == at("2026-10-25T00:30", "UTC")
    assert early.changes_after(early.changes_after(first)) == at("2026-10-25T01:30", "UTC")


def test_what_is_open_twice_at_once_is_told_in_pairs():
    first, second, third = (
        OpenPeriod(weekday=0, opens=opens, closes=closes)
        for opens, closes in (("09:00", "12:00"), ("11:00", "13:00"), ("13:00", "17:00"))
    )
    assert list(overlapping((third, second, first))) == [(first, second)]
