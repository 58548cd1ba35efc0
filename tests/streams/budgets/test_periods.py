"""Days and months as the site's clocks have them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.budgets.periods import period_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 29, 12), 23), (datetime(2026, 10, 25, 12), 25), (datetime(2026, 7, 1, 12), 24)],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(day, hours):
    period = period_of("day", day.replace(tzinfo=BERLIN), BERLIN)
    assert period.ends - period.began == timedelta(hours=hours)


def test_a_month_goes_from_its_first_midnight_to_the_next():
    period = period_of("month", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), BERLIN)  # it is January there
    assert period.began == datetime(2027, 1, 1, tzinfo=BERLIN)
    assert period.ends == datetime(2027, 2, 1, tzinfo=BERLIN)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)), st.sampled_from(["day", "month"])
)
def test_every_moment_lies_in_its_period_and_the_next_one_begins_where_it_ends(now, kind):
    period = period_of(kind, now, BERLIN)
    assert period.began <= now < period.ends
    assert period_of(kind, period.ends, BERLIN).began == period.ends
    assert 0 <= period.passed(now) < 1
