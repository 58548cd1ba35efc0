"""Hours in which anybody may be called."""

from datetime import UTC, datetime

import pytest

from flows.engine.schedule import OpenPeriod, Schedule
from streams.ordered.hours import clocks, decent_hours, decent_span, first_moment

MIDNIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # in San Francisco


@pytest.mark.parametrize(("said", "span"), [("09:30-20:00", ("09:30", "20:00")), ("always", ("08:00", "21:00"))])
def test_the_site_says_when_and_what_it_says_wrongly_is_the_usual(settings, said, span):
    settings.CALLBACK_HOURS = said
    assert decent_span() == span


def test_they_are_on_the_clock_of_who_is_called(settings):
    settings.CALLBACK_HOURS = "08:00-21:00"
    assert first_moment([decent_hours("America/Los_Angeles")], MIDNIGHT) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert first_moment([decent_hours("Europe/Berlin")], MIDNIGHT) == MIDNIGHT
    both = [decent_hours("America/Los_Angeles"), decent_hours("Asia/Tokyo")]
    assert first_moment(both, MIDNIGHT) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)


def test_ten_minutes_that_are_left_of_a_window_are_found(settings):
    settings.CALLBACK_HOURS = "08:00-21:00"
    left = OpenPeriod(weekday=1, opens="20:50", closes="22:00")
    evening = Schedule(name="Window", zone="America/Los_Angeles", periods=(left,))
    both = [evening, decent_hours("America/Los_Angeles")]
    assert first_moment(both, MIDNIGHT) == datetime(2026, 11, 25, 4, 50, tzinfo=UTC)
    assert first_moment([evening, Schedule(name="Never")], MIDNIGHT) is None


def test_every_clock_that_a_number_may_be_on_counts_and_ours_only_where_it_has_no_place(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert clocks("+14155550142") == ("America/Los_Angeles",)
    assert clocks("+12085550142", "Asia/Tokyo") == ("America/Boise", "America/Los_Angeles")
    assert {"Europe/Moscow", "Asia/Kamchatka"} < set(clocks("+79161234567"))  # a mobile, anywhere in Russia
    assert clocks("+18005550142") == ("Europe/Berlin",)
    assert clocks("+18005550142", "Asia/Tokyo") == ("Asia/Tokyo",)


def test_the_hour_that_comes_twice_and_the_one_that_never_comes_are_no_calls_out_of_hours(settings):
    settings.CALLBACK_HOURS = "02:30-21:00"
    berlin = decent_hours("Europe/Berlin")
    spring, autumn = datetime(2026, 3, 29, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert first_moment([berlin], spring) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00, for 02:30 is not
    assert first_moment([berlin], autumn) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 for the first time
    assert first_moment([berlin], autumn.replace(hour=1)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:15 again
