"""How pages write a moment."""

from datetime import datetime

from django.utils.formats import date_format


def test_a_moment_has_its_day_before_its_month_and_a_clock_of_24_hours():
    assert date_format(datetime(2026, 11, 5, 21, 7), "DATETIME_FORMAT") == "5 Nov 2026, 21:07"  # noqa: DTZ001
