"""What both sides have, put together by day and thing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from streams.models import BookDay, CarrierRecord, Charge, Settlement
from streams.reconciling import settling
from streams.reconciling.both_sides import things
from streams.reconciling.matching import Bucket
from tests.streams.reconciling.sides import DAY, LATER, NOON, billed, heard

pytestmark = pytest.mark.django_db


def by_key(now=LATER, day=DAY):
    return {thing.source_key: thing for thing in things(day, day, now)}


def test_a_stream_that_both_have_alike_is_matched():
    call, key = heard()
    billed(call, key)
    thing = by_key()[key]
    assert (thing.bucket, thing.call_pk, thing.difference) == (Bucket.MATCHED, call.pk, 0)
    assert Charge.objects.current().get(source_key=key).status == "matched"


def test_what_the_books_took_over_from_the_carrier_is_still_compared_with_what_we_heard():
    call, key = heard(61)
    billed(call, key, seconds=300)
    assert Charge.objects.current().get(source_key=key).amount == Decimal("0.015")
    thing = by_key()[key]
    assert (thing.ours, thing.theirs, thing.bucket) == (Decimal("0.006"), Decimal("0.015"), Bucket.DIFFERS)
    assert thing.why == "The carrier billed 5 min, we heard 1 min 1 s."


def test_only_the_newest_state_of_a_record_counts():
    call, key = heard()
    billed(call, key, amount="5")
    billed(call, key)
    assert by_key()[key].bucket is Bucket.MATCHED


def test_what_only_we_have_waits_until_the_books_of_that_day_were_read_late_enough():
    _, key = heard()
    assert by_key()[key].bucket is Bucket.WAITING
    day = BookDay.objects.create(day=DAY, whole_at=NOON + timedelta(hours=1))
    assert by_key()[key].bucket is Bucket.WAITING
    BookDay.objects.filter(pk=day.pk).update(whole_at=NOON + timedelta(hours=7))
    assert by_key()[key].bucket is Bucket.OURS
    assert by_key()[key].difference == Decimal("-0.006")


def test_a_stream_of_a_known_call_that_we_never_saw_is_theirs_alone_whatever_is_decided():
    call, key = heard()
    billed(call, key)
    unseen = billed(call)
    assert by_key()[unseen].bucket is Bucket.THEIRS
    record = CarrierRecord.objects.get(carrier_id=unseen.partition(":")[2])
    for decision in ("keep-ours", "accept-theirs"):
        settling.settle(unseen, record.digest, decision, note="", by=somebody())
        thing = by_key()[unseen]
        assert (thing.bucket, thing.is_open, thing.settled) == (Bucket.THEIRS, False, Decimal("0.006"))


def test_a_call_that_we_never_saw_is_in_the_day_it_began_or_was_fetched():
    began = billed("stranger")
    timeless = billed("stranger-2", at=NOON)
    CarrierRecord.objects.filter(carrier_id=timeless.partition(":")[2]).update(began_at=None)
    assert {key: thing.bucket for key, thing in by_key().items()} == {began: Bucket.THEIRS, timeless: Bucket.THEIRS}
    assert by_key(day=DAY + timedelta(days=1)) == {}


def test_a_known_call_of_another_day_is_told_in_its_own_day_alone():
    before_midnight = datetime(2026, 11, 23, 23, 59, 50, tzinfo=UTC)
    call, key = heard(at=before_midnight)
    billed(call, key, at=before_midnight + timedelta(seconds=20))
    assert by_key()[key].bucket is Bucket.MATCHED
    assert by_key(day=DAY + timedelta(days=1)) == {}


def test_a_decision_holds_for_the_state_it_was_made_on():
    call, key = heard()
    billed(call, key, amount="0.05")
    first = CarrierRecord.objects.get().digest
    Settlement.objects.create(source_key=key, carrier_digest=first, decision="keep-ours", by=somebody(), at=NOON)
    assert not by_key()[key].is_open
    billed(call, key, amount="0.06")
    assert by_key()[key].is_open


def test_queries_do_not_grow_with_calls(django_assert_max_num_queries):
    for _ in range(12):
        call, key = heard()
        billed(call, key)
        billed("stranger")
    with django_assert_max_num_queries(11):
        assert len(things(DAY, DAY, LATER)) == 24


def somebody():
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="pat", defaults={"first_name": "Pat", "last_name": "Lee"})[0]
