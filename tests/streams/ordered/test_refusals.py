"""What it means that the carrier did not take an order."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.carriers.plivo_api import PlivoSaidNo
from streams.ordered import refusals


@pytest.mark.parametrize(
    ("error", "not_theirs"),
    [
        (PlivoSaidNo("away", surely_undone=True), True),
        (PlivoSaidNo("busy", 429), True),
        (PlivoSaidNo("who?", 401), True),
        (PlivoSaidNo("no number", 400), False),
    ],
)
def test_trouble_of_the_carrier_and_of_our_account_is_not_that_of_a_number(error, not_theirs):
    assert refusals.is_not_theirs(error) is not_theirs


def test_it_is_tried_again_after_as_long_as_it_has_gone_on_but_soon():
    began, minute = datetime(2026, 11, 24, 8, 0, tzinfo=UTC), timedelta(minutes=1)
    waits = [refusals.again_at(began, began + gone * minute) - gone * minute - began for gone in (0, 4, 600)]
    assert waits == [refusals.SHORTEST, 4 * minute, refusals.LONGEST]


def test_nobody_who_reads_it_on_a_page_is_told_to_run_anything_again():
    for error in (PlivoSaidNo("Run this again.", surely_undone=True), PlivoSaidNo("Run this again.", 429)):
        assert "again" not in refusals.in_words(error)
    assert refusals.in_words(PlivoSaidNo("To is no number.", 400)) == "To is no number."
