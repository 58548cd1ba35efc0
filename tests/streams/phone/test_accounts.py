"""The carrier's book, as its REST interface tells of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from streams.phone.accounts import FAULTS, Accounts, Manner, UnknownFault, faults_named, manner_with
from streams.phone.book import Book, Leg, Streamed

BEGAN = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC
LEG = Leg(
    uuid="a-1",
    from_number="+14155550142",
    to_number="+14155550199",
    began_at=BEGAN,
    answered_at=BEGAN + 1,
    ended_at=BEGAN + 72.5,
)
OUT = replace(LEG, uuid="b-1", parent="a-1", direction="outbound", answered_at=None, ended_at=BEGAN + 70, code=3000)
SOCKET = Streamed(stream_id="s-1", call_uuid="a-1", began_at=BEGAN + 2, ended_at=BEGAN + 23)
LATER = LEG.ended_at + 5


@pytest.fixture
def told(tmp_path):
    Book(tmp_path / "book").write([LEG, OUT], [SOCKET])
    return lambda **manner: Accounts(Book(tmp_path / "book"), Manner(**manner))


def test_a_record_appears_after_a_while(told):
    assert told().call("a-1", LEG.ended_at + 1.9) is None
    assert told().call("a-1", LEG.ended_at + 2)["call_uuid"] == "a-1"
    late = told(after_seconds=30)
    assert late.call("a-1", LEG.ended_at + 29) is None
    assert late.streams("a-1", {}, LEG.ended_at + 29) is None
    assert late.calls({}, OUT.ended_at + 29)["objects"] == []
    assert late.call("a-1", LEG.ended_at + 31)
    assert told().call("other", LATER) is None
    assert told().streams("../a-1", {}, LATER) is None


def test_legs_are_billed_by_started_minutes_from_the_answer(told):
    record = told().call("a-1", LATER)
    assert (record["call_duration"], record["billed_duration"], record["total_amount"]) == (72, 120, "0.01100")
    assert (record["total_rate"], record["parent_call_uuid"]) == ("0.00550", None)
    out = told().call("b-1", LATER)
    assert (out["billed_duration"], out["total_amount"], out["answer_time"]) == (0, "0.00000", None)
    assert (out["parent_call_uuid"], out["total_rate"]) == ("a-1", "0.01150")


def test_a_stream_costs_a_started_minute(told):
    (stream,) = told().streams("a-1", {}, LATER)["objects"]
    assert (stream["bill_duration"], stream["rounded_bill_duration"], stream["billed_amount"]) == (21, 60, "0.00300")


def test_lists_are_filtered_and_come_in_pages(told, tmp_path):
    def names(**asked):
        return [record["call_uuid"] for record in told().calls(asked, LATER)["objects"]]

    assert names() == ["a-1", "b-1"]
    assert names(parent_call_uuid="a-1") == ["b-1"]
    assert names(limit="1", offset="1") == ["b-1"]
    assert names(call_direction="inbound", to_number="14155550199") == ["a-1"]
    assert names(end_time__gte="2023-11-14 22:14:31") == ["a-1"]
    assert names(end_time__lt="2023-11-14 22:14:31") == ["b-1"]
    Book(tmp_path / "book").write([replace(LEG, uuid=f"c-{n}") for n in range(30)], [])
    assert len(names()) == 20


@pytest.mark.parametrize(
    ("manner", "ended"),
    [
        ({}, "2023-11-14 22:14:32+00:00"),
        ({"zone_hours": -3.5}, "2023-11-14 18:44:32-03:30"),
        ({"zone_hours": 5.5, "offset": "missing"}, "2023-11-15 03:44:32"),
        ({"zone_hours": 5.5, "offset": "wrong"}, "2023-11-15 03:44:32+00:00"),
    ],
)
def test_times_are_those_of_the_account_s_zone(told, manner, ended):
    assert told(**manner).call("a-1", LATER)["end_time"] == ended


def test_the_other_ways_of_the_carrier(told):
    assert told(numbers="text").call("a-1", LATER)["billed_duration"] == "120"
    assert len(told(twice=True).calls({}, LATER)["objects"]) == 4
    assert len(told(unseen_stream=True).streams("a-1", {}, LATER)["objects"]) == 2
    assert told(price_factor=Decimal(2)).call("a-1", LATER)["total_amount"] == "0.02200"
    assert told(unknown_fields={"moon": 1}, garbled={"total_amount": "?"}).call("a-1", LATER)["total_amount"] == "?"


def test_each_fault_has_a_name_and_words_and_changes_what_is_told(tmp_path):
    book = Book(tmp_path / "book")
    book.write([LEG], [SOCKET])

    def tells(*names):
        accounts = Accounts(book, manner_with(faults_named(",".join(names)).values()))
        return [accounts.calls({}, LATER)["objects"], (accounts.streams("a-1", {}, LATER) or {}).get("objects")]

    right = tells()
    for name, fault in FAULTS.items():
        assert fault.words
        assert tells(name) != right, name
    both = tells("dearer", " duplicate ")[0]
    assert [record["total_amount"] for record in both] == ["0.02200"] * 2


def test_a_fault_that_is_unknown_is_refused_with_those_that_there_are():
    assert manner_with(faults_named("").values()) == Manner()
    with pytest.raises(UnknownFault, match="no fault “rude”. Choose from: late, duplicate, text-amount"):
        faults_named("late,rude")
