"""When a budget will be used up: whatever was spent and is usual, the answer is possible, and right where known."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from streams.budgets.periods import Period, period_of
from streams.budgets.projecting import BY_PACE, BY_WEEKS, EARLY, HOURS_OF_A_WEEK, REACHED, hour_of_week, project

MONTH = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
AMOUNTS = st.decimals(0, 10_000, places=6)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30, 23), timezones=st.just(UTC))
WEEKS = st.lists(st.decimals(0, 100, places=4), min_size=HOURS_OF_A_WEEK, max_size=HOURS_OF_A_WEEK) | st.just([])
ZONES = st.sampled_from([UTC, ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Kolkata")])
# Monday to Friday, nine to five, a dollar an hour.
OFFICE = [Decimal(int(hour // 24 < 5 and 9 <= hour % 24 < 17)) for hour in range(HOURS_OF_A_WEEK)]


@given(AMOUNTS, st.decimals("0.01", 10_000, places=2), MOMENTS, WEEKS, ZONES)
def test_it_lies_in_what_is_left_of_the_period_and_nothing_is_negative(spent, amount, now, usual, zone):
    seen = project(spent, amount, MONTH, now, usual=usual, zone=zone)
    assert seen.total >= spent >= 0
    assert seen.at is None or now <= seen.at <= MONTH.ends
    assert (seen.at is not None) == (spent < amount <= seen.total)
    assert (seen.by == REACHED) == (spent >= amount)


@given(AMOUNTS, st.decimals(1, 5000, places=2), st.decimals("0.01", 5000, places=2), MOMENTS, WEEKS)
def test_a_larger_amount_lasts_no_shorter(spent, amount, more, now, usual):
    one, other = (project(spent, each, MONTH, now, usual=usual) for each in (amount, amount + more))
    assert one.total == other.total
    if spent < amount and other.at is not None:
        assert one.at is not None
        assert one.at <= other.at


@given(st.decimals(1, 100, places=2), st.integers(24, 700))
def test_an_even_pace_reaches_the_amount_when_it_must(pace, hours):
    now = MONTH.began + timedelta(hours=hours)
    seen = project(pace * hours, pace * (hours + 10), MONTH, now)
    assert seen.by == BY_PACE
    assert seen.at is not None
    assert abs(seen.at - (now + timedelta(hours=10))) < timedelta(seconds=1)


@given(st.integers(0, 29), st.integers(1, 60))
def test_a_usual_period_comes_out_as_usual(days, dollars_ahead):
    """What went exactly as the weeks before goes on so: eight dollars each working day, within the hours of work."""
    now = MONTH.began + timedelta(days=days)
    working = sum((MONTH.began + timedelta(days=day)).weekday() < 5 for day in range(days))
    spent = Decimal(8 * working)
    seen = project(spent, spent + dollars_ahead, MONTH, now, usual=OFFICE)
    assert abs(seen.total - 8 * 21) < Decimal("0.001")
    if seen.at:
        assert seen.by == BY_WEEKS
        assert OFFICE[hour_of_week(seen.at - timedelta(seconds=1), UTC)] == 1
        ahead = sum(
            OFFICE[hour_of_week(now + timedelta(hours=hour), UTC)]
            for hour in range(round((seen.at - now) / timedelta(hours=1)))
        )
        assert ahead == dollars_ahead


def test_a_month_that_runs_at_twice_the_usual_is_seen_to_go_on_so():
    now = MONTH.began + timedelta(days=15)
    seen = project(Decimal(160), Decimal(1000), MONTH, now, usual=OFFICE)  # usual by then: 80
    assert 250 < seen.total < 168 * 2


def test_one_dear_call_at_midnight_does_not_make_a_month_of_them():
    now = MONTH.began + timedelta(minutes=5)
    assert project(Decimal(2), Decimal(500), MONTH, now, usual=OFFICE).at is None
    assert project(Decimal(2), Decimal(500), MONTH, now).by == EARLY


def test_the_hours_of_work_are_those_of_the_sites_clocks():
    zone = ZoneInfo("America/Los_Angeles")
    period = period_of("day", datetime(2026, 11, 23, 12, tzinfo=zone), zone)  # a Monday
    seen = project(Decimal(0), Decimal(1), period, period.began, usual=OFFICE, zone=zone)
    assert seen.at is not None
    assert seen.at.astimezone(zone).hour == 10


def test_weeks_without_a_cent_say_nothing():
    now = MONTH.began + timedelta(days=3)
    assert project(Decimal(3), Decimal(9), MONTH, now, usual=[Decimal(0)] * HOURS_OF_A_WEEK).by == BY_PACE
