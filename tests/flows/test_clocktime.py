"""Times of the day as people type them."""

import pytest

from flows.clocktime import clock_time, closing_time


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9", "09:00"),
        ("09:30", "09:30"),
        ("17.30", "17:30"),
        ("930", "09:30"),
        ("1730", "17:30"),
        ("5 pm", "17:00"),
        ("5:30pm", "17:30"),
        ("12 am", "00:00"),
        ("12 p.m.", "12:00"),
        ("noon", "12:00"),
        ("09:00:00", "09:00"),
        ("24:00", "24:00"),
        ("00:00", "00:00"),
    ],
)
def test_a_time_is_read_however_it_is_typed(typed, read):
    assert clock_time(typed) == read


@pytest.mark.parametrize("typed", ["", "25", "24:01", "9:60", "13 pm", "0 am", "9 m", "soon", "1:2", "٩٩:٩٩"])
def test_what_is_no_time_is_not_taken_for_one(typed):
    assert clock_time(typed) == ""


def test_what_closes_at_midnight_closes_at_the_end_of_the_day():
    assert [closing_time(typed) for typed in ("0:00", "midnight", "12 am", "18")] == ["24:00"] * 3 + ["18:00"]
