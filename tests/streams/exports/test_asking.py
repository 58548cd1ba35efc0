"""What is asked, in addresses and rows."""

from datetime import date

import pytest
from django.http import QueryDict

from streams.exports.asking import asked_from, from_address, in_address, stored
from streams.figures.asked import Asked

TODAY = date(2026, 11, 26)


def test_an_address_and_a_row_say_the_same_again():
    asked = Asked(date(2026, 1, 1), date(2026, 1, 31), 3, 7, "+14155550199", "en-US")
    assert asked_from(stored(asked)) == asked
    assert from_address(QueryDict(in_address(asked)), TODAY) == (asked, "")


def test_without_days_the_week_that_is_over():
    assert from_address({}, TODAY)[0] == Asked(date(2026, 11, 19), date(2026, 11, 25))


@pytest.mark.parametrize("said", [{"from": "soon"}, {"to": "2026-13-01"}, {"from": "1066-10-14"}])
def test_a_day_that_is_none_is_said(said):
    asked, problem = from_address(said, TODAY)
    assert asked.last == date(2026, 11, 25)
    assert "2026-11-22" in problem


def test_days_the_wrong_way_round_are_turned_and_too_many_cut():
    assert from_address({"from": "2026-02-01", "to": "2026-01-01"}, TODAY)[0].first == date(2026, 1, 1)
    asked, problem = from_address({"from": "2010-01-01", "to": "2026-01-01"}, TODAY)
    assert (asked.last - asked.first).days == 366 * 3
    assert problem


def test_a_flow_that_cannot_be_one_fits_nothing_rather_than_everything():
    assert from_address({"flow": "x' OR 1=1"}, TODAY)[0].flow == -1
