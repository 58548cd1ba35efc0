"""What becomes of a charge by the carrier's record and a person's word."""

from decimal import Decimal

import pytest

from streams.billing.status import status_of

HALF_A_CENT = Decimal("0.005")


@pytest.mark.parametrize(
    ("ours", "theirs", "decision", "status"),
    [
        (HALF_A_CENT, None, "", "estimated"),
        (HALF_A_CENT, HALF_A_CENT, "", "matched"),
        (HALF_A_CENT, HALF_A_CENT + Decimal("0.0001"), "", "matched"),
        (HALF_A_CENT, HALF_A_CENT - Decimal("0.0001"), "", "matched"),
        (HALF_A_CENT, HALF_A_CENT + Decimal("0.000101"), "", "disputed"),
        (HALF_A_CENT, Decimal(1), "accept-theirs", "matched"),
        (HALF_A_CENT, Decimal(1), "keep-ours", "disputed"),
        (None, Decimal(1), "", "disputed"),
        (None, Decimal(1), "accept-theirs", "matched"),
    ],
)
def test_the_status_follows_from_both_amounts_and_a_persons_word(ours, theirs, decision, status):
    assert status_of(ours, theirs, decision) == status
