"""Hours in which anybody may be called."""

from datetime import UTC, datetime

import pytest

from streams.ordered.hours import decent_hours, decent_hours_in, decent_span, first_moment

MIDNIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # in San Francisco


@pytest.mark.parametrize(("said", "span"), [("09:30-20:00", ("09:30", "20:00")), ("always", ("08:00", "21:00"))])
def test_the_site_says_when_and_what_it_says_wrongly_is_the_usual(settings, said, span):
    settings.CALLBACK_HOURS = said
    assert decent_span() == span


def test_they_are_on_the_clock_of_who_is_called(settings):
    settings.CALLBACK_HOURS, settings.TIME_ZONE = "08:00-21:00", "UTC"
    assert first_moment([decent_hours("+14155550142")], MIDNIGHT) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert first_moment([decent_hours("+18005550142", "Europe/Berlin")], MIDNIGHT) == MIDNIGHT
    both = [decent_hours_in("America/Los_Angeles"), decent_hours_in("Asia/Tokyo")]
    assert first_moment(both, MIDNIGHT) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
