"""Hours, holidays and destinations as rows."""

from datetime import UTC, datetime, time

import pytest
from django.core.exceptions import ValidationError

from flows.models import (
    Destination,
    Holiday,
    OpeningHours,
    OpenPeriod,
)


@pytest.mark.parametrize(
    ("opens", "closes", "is_right"),
    [
        (time(9), time(17), True),
        (time(9), time(0), True),
        (time(0), time(0), True),
        (time(17), time(9), False),
        (time(9), time(9), False),
    ],
)
def test_a_period_closes_after_it_opens_and_midnight_is_the_end_of_the_day(opens, closes, is_right):
    period = OpenPeriod(weekday=0, opens=opens, closes=closes)
    if is_right:
        period.clean()
    else:
        with pytest.raises(ValidationError, match="close after it opens"):
            period.clean()


@pytest.mark.parametrize(
    ("month", "day", "year", "is_right"),
    [(2, 29, None, True), (2, 29, 2028, True), (2, 29, 2027, False), (2, 30, None, False), (4, 31, None, False)]
    + [(12, 25, None, True), (1, 0, None, False), (1, 1, 32767, False)],
)
def test_a_holiday_falls_on_a_day_that_some_calendar_has(month, day, year, is_right):
    holiday = Holiday(name="Day off", month=month, day=day, year=year)
    if is_right:
        holiday.clean()
    else:
        with pytest.raises(ValidationError, match="no such day"):
            holiday.clean()


@pytest.mark.parametrize(("opens", "closes"), [(time(9), None), (None, time(12)), (time(12), time(9))])
def test_a_holiday_has_both_hours_in_order_or_none(opens, closes):
    with pytest.raises(ValidationError):
        Holiday(name="Eve", month=12, day=24, opens=opens, closes=closes).clean()


def test_the_engine_reads_the_same_hours(db):
    office = OpeningHours.objects.create(key="office", name="Office", zone="America/Los_Angeles")
    OpenPeriod.objects.create(hours=office, weekday=0, opens=time(8), closes=time(0))
    Holiday.objects.create(hours=office, name="Christmas", month=12, day=25)
    Holiday.objects.create(hours=office, name="Eve", month=12, day=28, year=2026, opens=time(9), closes=time(12))
    schedule = office.as_schedule()

    def at(*moment):
        return schedule.state_at(datetime(*moment, tzinfo=UTC).timestamp())

    assert at(2026, 11, 24, 7, 59) == "open"  # 23:59 on Monday, in Los Angeles
    assert at(2026, 11, 24, 8, 1) == "closed"
    assert at(2026, 12, 25, 20) == "holiday"
    assert at(2026, 12, 28, 18) == "open"  # 10:00 on the eve
    assert at(2026, 12, 28, 21) == "holiday"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_time_zone_must_exist(zone, db):
    with pytest.raises(ValidationError):
        OpeningHours(key="x", name="X", zone=zone).full_clean()


@pytest.mark.parametrize("number", ["911", "+1 415 555 0123", "4155550123", "+19005550123", "+1415555", "+", "x" * 16])
def test_a_destination_is_an_ordinary_number_with_its_country_code(number, db):
    with pytest.raises(ValidationError):
        Destination(key="x", name="X", number=number).full_clean()
