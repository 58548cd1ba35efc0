"""What is read out of one record of the carrier's, whatever stands in it."""

import contextlib
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.models import CarrierRecord
from streams.reconciling.keeping import keep, note_unreadable
from streams.reconciling.reading import MOST_DOLLARS, Told, Unreadable, read_call, read_end, read_stream
from tests.properties import examples
from tests.streams.reconciling.conftest import NOON

UTC = ZoneInfo("UTC")
CALL = {
    "answer_time": "2017-05-22 17:49:40+05:30",
    "api_id": "7e1c",
    "bill_duration": "61",
    "billed_duration": "120",
    "call_direction": "inbound",
    "call_uuid": "call-1",
    "end_time": "2017-05-22 17:50:41+05:30",
    "total_amount": "0.01700",
    "total_rate": "0.00850",
    "parent_call_uuid": None,
}
STREAM = {"stream_id": "s-1", "billed_amount": "0.00300", "bill_duration": 21, "end_time": "2017-05-22 17:50:41"}

text = st.text() | st.text(st.characters(categories=["Cs", "Cc", "Nd"]))
numbers = st.integers() | st.floats() | st.decimals().map(str) | st.sampled_from(["1e400", "-0", "", " 7 ", "١"])
scalars = st.none() | st.booleans() | numbers | text
anything = st.recursive(scalars, lambda deep: st.lists(deep, max_size=3) | st.dictionaries(text, deep, max_size=3))
fields = st.sampled_from(sorted({*CALL, *STREAM, "call_duration", "initiation_time", "start_time", "moon"}))
twisted = st.dictionaries(fields, anything | st.datetimes().map(str), max_size=8)


@given(st.sampled_from([CALL, STREAM, {}]), twisted)
def test_a_twisted_record_is_read_or_refused_in_words_and_what_is_read_makes_sense(whole, twist):
    for read in (lambda record: read_call(record, UTC), lambda record: read_stream(record, "call-1", UTC)):
        with contextlib.suppress(Unreadable):
            told = read(whole | twist)
            assert told is None or sensible(told)


@given(anything)
def test_anything_may_stand_where_a_record_is_due(record):
    for read in (lambda: read_call(record, UTC), lambda: read_stream(record, "", UTC)):
        with contextlib.suppress(Unreadable):
            read()


@pytest.mark.django_db
@examples(40)
@given(st.sampled_from([CALL, STREAM]), twisted)
def test_every_database_keeps_what_was_read_and_what_could_not_be(whole, twist):
    record = whole | twist
    for kind, read in (("call", lambda: read_call(record, UTC)), ("stream", lambda: read_stream(record, "c", UTC))):
        try:
            told = read()
        except Unreadable as refused:
            note_unreadable(kind, "c", record, str(refused), NOON.date())
            note_unreadable(kind, "c", record, str(refused), NOON.date())
            continue
        if told:
            keep(told)
            assert not keep(told)
            assert CarrierRecord.objects.filter(carrier_id=told.carrier_id).last().amount == told.amount


def sensible(told: Told) -> bool:
    json.dumps(told.raw, allow_nan=False).encode()
    return (
        bool(told.carrier_id)
        and max(map(len, (told.carrier_id, told.call_uuid, told.parent_uuid, told.from_number))) <= 80
        and 0 <= told.amount < MOST_DOLLARS
        and told.amount.as_tuple().exponent == -6
        and 0 <= told.seconds <= 10**8
        and all(moment is None or moment.tzinfo is not None for moment in (told.began_at, told.ended_at))
    )


def test_the_name_of_the_answer_is_not_part_of_the_record():
    assert read_call(CALL, UTC).digest == read_call(CALL | {"api_id": "another"}, UTC).digest
    assert read_call(CALL, UTC).digest != read_call(CALL | {"total_rate": "0.009"}, UTC).digest


def test_money_and_seconds_are_read_from_text_and_numbers_alike():
    for amount, billed in (("0.01700", "120"), (0.017, 120), (Decimal("0.017"), 120.0)):
        if isinstance(amount, Decimal):
            amount = str(amount)
        told = read_call(CALL | {"total_amount": amount, "billed_duration": billed}, UTC)
        assert (told.amount, told.billed_seconds) == (Decimal("0.017"), 120)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", "1e9", "", None, True, [], "12 cents"])
def test_what_is_no_amount_of_money_is_refused(amount):
    with pytest.raises(Unreadable):
        read_call(CALL | {"total_amount": amount}, UTC)


def test_what_goes_on_is_no_record_yet():
    assert read_call(CALL | {"end_time": None, "total_amount": None}, UTC) is None
    assert read_stream(STREAM | {"end_time": None, "billed_amount": None}, "c", UTC) is None
    assert read_stream(STREAM | {"end_time": None, "billed_amount": "0.00000"}, "c", UTC) is None
    assert read_stream(STREAM | {"end_time": None}, "c", UTC).amount == Decimal("0.003")


def test_a_leg_belongs_to_the_call_that_dialled_it():
    told = read_call(CALL | {"parent_call_uuid": "call-0"}, UTC)
    assert (told.call_uuid, told.source_key) == ("call-0", "leg:call-1")
    assert read_stream(STREAM, "call-0", UTC).source_key == "stream:s-1"


def test_a_time_without_an_offset_is_in_the_account_s_zone():
    told = read_stream(STREAM, "c", ZoneInfo("Asia/Kolkata"))
    assert told.ended_at == read_call(CALL, UTC).ended_at


# --- The end of a call ------------------------------------------------------------------------------------------------


def test_an_end_is_read_though_the_money_is_garbled():
    end = read_end(CALL | {"total_amount": "n/a", "hangup_cause_name": "Normal Hangup"}, "call-1", UTC)
    assert end is not None
    assert end.at is not None
    assert (end.at.isoformat(), end.seconds, end.cause, end.cost) == (
        "2017-05-22T12:20:41+00:00", 61, "Normal Hangup", None,
    )  # fmt: skip


@pytest.mark.parametrize("record", [None, [], {}, {"call_uuid": "call-2", **{"end_time": CALL["end_time"]}}])
def test_what_tells_of_no_end_of_this_call_is_none(record):
    assert read_end(record, "call-1", UTC) is None


@examples(200)
@given(twisted)
def test_an_end_can_always_be_read_or_is_none(record):
    end = read_end(CALL | record, "call-1", UTC)
    assert end is None or end.at is not None or end.seconds is not None
