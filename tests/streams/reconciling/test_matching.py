"""What two sides of one stream or leg come to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.models import Rate
from streams.reconciling.matching import OVERDUE, Bucket, Ours, Theirs, match
from tests.streams.reconciling.conftest import NOON

STREAM = Rate(price=Decimal("0.003"), increment_seconds=60, minimum_seconds=60)
LONG_AFTER = NOON + timedelta(days=2)


def ours(heard=61, amount="0.006", rate=STREAM, ended_at=NOON):
    return Ours(amount=Decimal(amount), rate=rate, heard=heard, ended_at=ended_at)


def theirs(seconds=61, amount="0.006", billed=None):
    billed = -(-seconds // 60) * 60 if billed is None else billed
    return Theirs(amount=Decimal(amount), seconds=seconds, billed_seconds=billed, digest="d", fetched_at=NOON)


def came_to(ours, theirs, *, is_known=True, read_at=LONG_AFTER, now=LONG_AFTER):
    return match(ours, theirs, is_known=is_known, read_at=read_at, now=now)


def test_the_same_on_both_sides_is_matched():
    assert came_to(ours(), theirs()) == (Decimal("0.006"), Bucket.MATCHED, "")


def test_a_ten_thousandth_of_a_dollar_is_the_same_and_a_hair_more_is_not():
    assert came_to(ours(), theirs(amount="0.0061"))[1] is Bucket.MATCHED
    assert came_to(ours(), theirs(amount="0.006101"))[1] is Bucket.DIFFERS
    assert came_to(ours(), theirs(amount="0.0059"))[1] is Bucket.MATCHED


def test_clocks_that_differ_by_seconds_at_the_end_of_a_minute_are_no_dispute():
    assert came_to(ours(heard=59, amount="0.003"), theirs(seconds=61)) == (Decimal("0.006"), Bucket.MATCHED, "")
    assert came_to(ours(heard=56, amount="0.003"), theirs(seconds=61))[1] is Bucket.MATCHED
    assert came_to(ours(heard=55, amount="0.003"), theirs(seconds=61))[1] is Bucket.DIFFERS


def test_a_longer_time_than_we_heard_is_told_in_words_even_when_the_books_took_it_over():
    for booked in ("0.006", "0.015"):
        figure, bucket, why = came_to(ours(heard=61, amount=booked), theirs(seconds=300, amount="0.015"))
        assert (figure, bucket) == (Decimal("0.006"), Bucket.DIFFERS)
        assert why == "The carrier billed 5 min, we heard 1 min 1 s."


def test_another_price_is_told_in_words():
    _, bucket, why = came_to(ours(), theirs(amount="0.008"))
    assert bucket is Bucket.DIFFERS
    assert why == "The carrier takes 0.400 ¢ a minute, our price is 0.300 ¢."


def test_without_a_price_of_ours_the_charge_itself_is_compared():
    assert came_to(ours(rate=None), theirs())[1] is Bucket.MATCHED
    assert "we expect 0.600 ¢" in came_to(ours(rate=None), theirs(amount="0.5"))[2]


@pytest.mark.parametrize(
    ("now", "read_at", "bucket"),
    [
        (OVERDUE - timedelta(seconds=1), OVERDUE, Bucket.WAITING),
        (OVERDUE, OVERDUE - timedelta(seconds=1), Bucket.WAITING),  # nobody has looked since
        (OVERDUE, None, Bucket.WAITING),
        (OVERDUE, OVERDUE, Bucket.OURS),
    ],
)
def test_what_only_we_have_is_told_once_the_record_is_overdue_and_was_looked_for(now, read_at, bucket):
    read_at = NOON + read_at if read_at else None
    _, found, why = came_to(ours(), None, now=NOON + now, read_at=read_at)
    assert found is bucket
    assert why == ("We heard it for 1 min 1 s, and the carrier’s books do not have it." if why else "")


def test_a_call_that_goes_on_waits():
    assert came_to(ours(ended_at=None), None)[1] is Bucket.WAITING


def test_what_only_the_carrier_has_depends_on_whether_we_know_the_call():
    assert came_to(None, theirs(), is_known=False)[1] is Bucket.THEIRS
    assert came_to(None, theirs(), is_known=False, now=NOON)[1] is Bucket.THEIRS
    assert came_to(None, theirs(), now=NOON)[1] is Bucket.WAITING  # our charge is being made
    assert came_to(None, theirs())[1:] == (
        Bucket.THEIRS,
        "We know the call, but not this part of it, so we charged nothing.",
    )
    assert came_to(None, theirs(0, "0"))[1] is Bucket.MATCHED  # a leg that nobody answered costs neither side
    assert came_to(None, theirs(0, "0"), is_known=False)[1] is Bucket.THEIRS


figures = st.decimals(min_value=0, max_value=10, places=6)
lengths = st.integers(0, 20_000)


@given(st.none() | lengths, lengths, lengths, figures, figures, st.sampled_from([None, STREAM]))
def test_matched_is_within_the_tolerance_and_everything_else_says_why(heard, seconds, billed, mine, carrier, rate):
    figure, bucket, why = came_to(ours(heard, mine, rate), theirs(seconds, carrier, billed))
    assert (bucket is Bucket.MATCHED) == (abs(figure - carrier) <= Decimal("0.0001"))
    assert (bucket is Bucket.MATCHED) == (why == "")
    assert figure >= 0
