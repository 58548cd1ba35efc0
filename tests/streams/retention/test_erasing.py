"""Forgetting a caller: nothing of them remains anywhere, and the sums stay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db.models import Sum

from flows import drafts, history
from flows.models import Flow, PhoneNumber, TestCall
from flows.testcalls.keeping import keep
from streams import spool, sweeper
from streams.exports import making as exports
from streams.finalise import finalise
from streams.models import (
    Call,
    CallbackRequest,
    CallEvent,
    CarrierMessage,
    CarrierRecord,
    Charge,
    Erasure,
    Export,
    ExportState,
    Utterance,
)
from streams.models.callbacks import CallbackState
from streams.models.retention import Gone
from streams.retention import erasing
from streams.retention.found import found
from streams.retention.kinds import KINDS
from streams.webhooks.inbox import Message
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import SETTINGS, Plivo, fields
from tests.streams.retention.planted import DIGITS, NAME, NUMBER, calls_in, traces
from tests.streams.rows import published
from tests.streams.summing import FakeSummarizer, use
from tests.transactions import transactions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()
    use(monkeypatch, FakeSummarizer()).follow_up = f"Write to {NAME}."


@pytest.fixture
def plivo(client):
    published(flow_of(menu=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye.")))
    return Plivo(client)


def billed():
    return Charge.objects.current().aggregate(sum=Sum("amount"))["sum"]


def test_nothing_of_the_caller_remains_in_any_table_or_file_and_the_sums_stay(plivo, tmp_path):
    calls_in(plivo, call="call-1")
    calls_in(plivo, call="call-2", number=NUMBER.lstrip("+"))
    flow = Flow.objects.get()
    keep(flow, "Call of 22 November", f'caller says "I am {NAME}"', origin="call-1", by=None)
    drafts.touch(flow, by=None, what="something else")
    waiting = Message(kind="stream", key="late", call_uuid="call-2", fields=fields(call="call-2"), received_at=NOW)
    spool.keep(waiting)
    assert {word for trace in traces(tmp_path) for word in [trace.partition(": ")[0]]} >= {
        *("Call", "CallEvent", "Utterance", "CallSummary", "CallNote", "TextMessage", "CallbackRequest"),
        *("CarrierMessage", "CarrierRecord", "TestCall", "DraftRevision", "RecordingPiece"),
    }, "the caller must have been planted everywhere first"
    before = billed()
    wish = erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert wish.done_at
    assert traces(tmp_path) == []
    assert billed() == before > 0
    assert Call.objects.count() == 2
    assert CallEvent.objects.filter(kind="left", data={"outcome": "key-7", "goes_to": "bye"}).count() == 2
    assert wish.removed["calls"] == 2
    assert wish.removed["tests"] == 1
    assert (wish.number, wish.number_hash) == ("", erasing.number_hash(NUMBER.lstrip("+")))


NOW = datetime.now(UTC)


def test_whatever_is_done_with_the_draft_later_brings_nothing_back(plivo):
    calls_in(plivo, call="call-1")
    flow = Flow.objects.get()
    test = keep(flow, "Call of 22 November", f'caller says "I am {NAME}"', origin="call-1", by=None)
    TestCall.objects.filter(pk=test.pk).update(name="Another name")
    drafts.touch(flow, by=None, what="a name")
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    while history.undo(flow, by=None):
        assert not TestCall.objects.filter(lines__contains=NAME).exists()
    assert traces() == []


def test_other_callers_keep_everything(plivo):
    calls_in(plivo, call="call-1")
    other = calls_in(plivo, call="call-2", number="+14155550177")
    lines = list(other.events.values_list("data", flat=True))
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    other.refresh_from_db()
    assert other.caller == "+14155550177"
    assert list(other.events.values_list("data", flat=True)) == lines
    assert Utterance.objects.filter(call=other).exists()
    assert other.notes.filter(text__contains=NAME).exists()


def test_who_is_on_the_line_is_forgotten_when_that_is_over(plivo):
    calls_in(plivo, call="call-1")
    Call.objects.update(ended_at=None)
    wish = erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert wish.done_at is None
    assert "on the line" in wish.problem
    assert wish.number == NUMBER
    assert NUMBER not in str(Erasure.objects.annotate().values_list("number_hash", "reason", "problem"))
    Call.objects.update(ended_at=datetime.now(UTC) - timedelta(minutes=5))
    sweeper.sweep()
    wish.refresh_from_db()
    assert wish.done_at
    assert traces() == []


def test_what_the_carrier_tells_late_is_removed_too(plivo):
    calls_in(plivo, call="call-1")
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    plivo.post("/plivo/stream-status/", fields("StopStream", call="call-1", StreamID="stream-call-1"))
    CarrierRecord.objects.create(
        kind="call",
        carrier_id="call-1",
        call_uuid="call-1",
        from_number=NUMBER,
        raw={"f": NUMBER},
        amount=1,
        digest="2",
    )
    assert traces()
    sweeper.sweep()
    assert traces() == []
    assert CarrierMessage.objects.filter(applied_at=None).count() == 0


def test_a_record_that_is_made_again_brings_nothing_back(plivo):
    call = calls_in(plivo, call="call-1")
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert finalise(call.pk)
    assert not Utterance.objects.filter(call=call).exists()
    assert traces() == []


def test_files_of_exports_go_since_they_may_hold_the_caller(plivo, admin_user, tmp_path):
    calls_in(plivo, call="call-1")
    asked = {"first": "2026-01-01", "last": "2099-01-01"}
    export = Export.objects.create(table="calls", asked=asked, format="csv", by=admin_user)
    assert exports.make(export.pk)
    assert exports.path_of(export).exists()
    wish = erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert not exports.path_of(export).exists()
    export.refresh_from_db()
    assert (export.state, wish.removed["exports"]) == (ExportState.GONE, 1)


def test_asking_twice_changes_nothing_more(plivo):
    calls_in(plivo, call="call-1")
    first = erasing.ask(NUMBER, reason="asked by letter", by=None)
    again = erasing.ask(NUMBER, reason="asked by phone", by=None)
    assert (first.number_hash, again.done_at is None) == (again.number_hash, False)
    assert again.removed["calls"] == 0
    assert erasing.carry_out(first.pk)


def test_who_waits_to_be_called_back_is_not_called_any_more(plivo):
    calls_in(plivo, call="call-1")
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    request = CallbackRequest.objects.get()
    assert (request.state, request.number) == (CallbackState.WITHDRAWN, "")


def test_a_broken_off_erasure_leaves_each_call_whole_or_gone_and_goes_on(plivo, monkeypatch):
    calls_in(plivo, call="call-1")
    calls_in(plivo, call="call-2")
    monkeypatch.setattr(erasing, "IN_ONE_GO", 1)
    with monkeypatch.context() as broken:
        broken.setattr(erasing, "_forget_names", _breaks_at(Call.objects.get(call_uuid="call-2")))
        with pytest.raises(ZeroDivisionError):
            erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert [*Call.objects.order_by("call_uuid").values_list("caller", flat=True)] == ["", NUMBER]
    assert set(Gone.objects.values_list("call__call_uuid", flat=True)) == {"call-1"}
    wish = Erasure.objects.get()
    assert (wish.removed["calls"], wish.done_at) == (1, None)
    sweeper.sweep()
    wish.refresh_from_db()
    assert wish.done_at
    assert wish.removed["calls"] == 2
    assert traces() == []


def _breaks_at(call):
    def forget_names(model, pks):
        if model is Call and {"pk": call.pk} in pks:
            raise ZeroDivisionError

    return forget_names


def test_no_transaction_of_an_erasure_holds_more_than_a_few_calls(plivo):
    for n in range(erasing.IN_ONE_GO * 2 + 1):
        calls_in(plivo, call=f"call-{n}")
    with transactions() as held:
        assert erasing.ask(NUMBER, reason="asked by letter", by=None).done_at
    assert max(written["streams_gone"] for written in held) <= erasing.IN_ONE_GO * (len(KINDS) + 1)


def test_a_wish_whose_number_cannot_be_read_any_more_says_so(plivo, settings):
    wish = Erasure.objects.create(number=NUMBER, number_hash="x", reason="asked", asked_at=NOW)
    settings.SECRET_KEY = "another key altogether"
    assert not erasing.carry_out(wish.pk)
    wish.refresh_from_db()
    assert "cannot be read any more" in wish.problem
    assert erasing.go_on(NOW) == 0


def test_what_there_is_is_told_before_in_counts_alone(plivo):
    calls_in(plivo, call="call-1")
    there = found(NUMBER)
    assert (there.calls, there.live) == (1, 0)
    assert ("Messages, wishes and text messages", 3) in there.counts
    assert DIGITS not in str(there)
    assert found("+14155550100").counts == []


def test_a_stray_record_of_the_carrier_is_found_by_its_number(plivo):
    PhoneNumber.objects.all().delete()
    CarrierRecord.objects.create(
        kind="call", carrier_id="x", call_uuid="x", to_number="14155550142", raw={"t": NUMBER}, amount=1, digest="1"
    )
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert traces() == []


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.name != "carrier"])
def test_without_any_one_kind_something_would_remain(plivo, monkeypatch, kind):
    """The search itself can fail: leave one kind out, and it finds what that kind removes."""
    calls_in(plivo, call="call-1")
    left = [replace(each, forget=lambda calls: 0) if each.name == kind else each for each in KINDS]
    monkeypatch.setattr(erasing, "KINDS", left)
    erasing.ask(NUMBER, reason="asked by letter", by=None)
    assert traces()
