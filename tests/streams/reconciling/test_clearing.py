"""The clearing account of each day, and what of it is open."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.figures.rollups import roll_up
from streams.models import BookDay, CarrierRecord, UnreadableRecord
from streams.reconciling import settling
from streams.reconciling.both_sides import things
from streams.reconciling.clearing import DAYS, by_day, days, kept
from streams.reconciling.matching import TOLERANCE, Bucket, Decided, Ours, Theirs, Thing, match
from streams.reconciling.open_items import unreconciled
from tests.streams.reconciling.sides import DAY, LATER, NOON, billed, heard
from tests.streams.reconciling.test_both_sides import somebody

A_DECISION = Decided(decision="keep-ours", note="", by="Pat", at=NOON)


def account_of(day):
    roll_up()
    return next(row for row in days(DAY + timedelta(days=2)) if row.date == day)


@pytest.mark.django_db
def test_the_account_of_a_day_adds_up_what_is_open_and_what_was_settled():
    call, key = heard()
    billed(call, key)
    dear, dear_key = heard()
    billed(dear, dear_key, amount="0.05")
    unseen = billed("stranger", seconds=600)
    row = account_of(DAY)
    assert (row.records, row.open_things, row.matched_percent) == (3, 2, 33)
    assert row.counts[Bucket.THEIRS] == row.counts[Bucket.DIFFERS] == 1
    assert row.open == Decimal("0.044") + Decimal("0.030")
    assert row.oldest_open == NOON
    for what, decision in ((dear_key, "accept-theirs"), (unseen, "keep-ours")):
        digest = CarrierRecord.objects.get(carrier_id=what.partition(":")[2]).digest
        settling.settle(what, digest, decision, note="", by=somebody())
    row = account_of(DAY)
    assert (row.open, row.open_things, row.settled, row.is_clear) == (0, 0, Decimal("0.074"), True)
    assert row.theirs - row.ours - row.settled == 0


@pytest.mark.django_db
def test_two_wrongs_do_not_make_a_day_clear():
    call, key = heard()
    billed(call, key, amount="0.016")
    other, other_key = heard(601)
    billed(other, other_key, seconds=601, amount="0.023")
    row = account_of(DAY)
    assert (row.open, row.open_things, row.is_clear) == (0, 2, False)
    assert unreconciled(DAY, DAY).amount == Decimal("0.020")


@pytest.mark.django_db
def test_days_that_do_not_add_up_come_first_then_the_latest():
    last = DAY + timedelta(days=2)
    billed("stranger")
    UnreadableRecord.objects.create(kind="call", why="?", raw="", digest="x", day=DAY - timedelta(days=3))
    roll_up()
    rows = days(last)
    assert [row.date for row in rows[:3]] == [DAY, DAY - timedelta(days=3), last]
    assert len(rows) == DAYS
    assert rows[1].unreadable == 1


@pytest.mark.django_db
def test_a_day_knows_how_far_the_carrier_s_books_were_read():
    BookDay.objects.create(day=DAY, whole_at=LATER)
    assert account_of(DAY).read.whole_at == LATER
    assert account_of(DAY - timedelta(days=1)).read is None


@pytest.mark.django_db
def test_unreconciled_is_what_waits_for_a_person_within_the_days():
    assert (unreconciled(DAY, DAY).amount, unreconciled(DAY, DAY).things) == (0, 0)
    call, key = heard()
    billed(call, key, amount="0.0061")
    assert unreconciled(DAY, DAY).things == 0
    billed(call, key, amount="0.0062")
    found = unreconciled(DAY - timedelta(days=1), DAY + timedelta(days=1))
    assert (found.amount, found.things) == (Decimal("0.000200"), 1)
    assert unreconciled(DAY + timedelta(days=1), DAY + timedelta(days=1)).things == 0


@pytest.mark.django_db
def test_what_is_kept_of_a_day_is_what_its_things_add_up_to():
    call, key = heard()
    billed(call, key, amount="0.05")
    billed("stranger", seconds=600)
    roll_up()
    live = by_day(things(DAY, DAY), DAY, DAY)[DAY]
    assert kept(DAY, DAY)[DAY] == live
    assert live.open_things == 2
    assert kept(DAY + timedelta(days=1), DAY + timedelta(days=1))[DAY + timedelta(days=1)].things == 0


amounts = st.none() | st.decimals(min_value=0, max_value=3, places=6)


@given(st.lists(st.tuples(amounts, amounts, st.booleans(), st.booleans()), max_size=12))
def test_the_carrier_less_ours_less_settled_is_what_is_open(sides):
    made = [thing(n, *side) for n, side in enumerate(sides) if side[:2] != (None, None)]
    row = by_day(made, DAY, DAY)[DAY]
    alike = sum(1 for one in made if one.bucket is Bucket.MATCHED)
    assert abs(row.theirs - row.ours - row.settled - row.open) <= TOLERANCE * alike
    assert row.open_things == sum(one.is_open for one in made)
    assert sum(row.counts.values()) == len(made)


def thing(n, mine, carrier, is_known, is_decided):
    ours = None if mine is None else Ours(amount=mine, rate=None, heard=9, ended_at=NOON)
    theirs = carrier if carrier is None else Theirs(
        amount=carrier, seconds=9, billed_seconds=60, digest="d", fetched_at=NOON
    )  # fmt: skip
    figure, bucket, why = match(ours, theirs, is_known=is_known, read_at=LATER, now=LATER)
    return Thing(
        source_key=f"stream:{n}", day=DAY, at=NOON, call_pk=None, call_uuid="", ours=figure, theirs=carrier,
        digest="d", bucket=bucket, why=why, decided=A_DECISION if is_decided else None,
    )  # fmt: skip
