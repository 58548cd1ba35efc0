"""The rows of a call: the same whatever the order, the copies and the company in which messages come."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.utils import OperationalError
from hypothesis import example, given
from hypothesis import strategies as st

from streams import calls
from streams.models import Call, CarrierMessage, Stream, StreamEvent
from streams.models.calls import CallStatus
from tests.builders import flow_of
from tests.properties import examples
from tests.streams.carriers.plivo_side import SETTINGS, Plivo, fields
from tests.streams.rows import CALLER, NUMBER, published

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
UUID = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10"


@pytest.fixture
def line(db):
    return published(flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye.")))


def opened(**changed):
    told = {"call_uuid": UUID, "caller": CALLER, "called": NUMBER, "direction": "inbound", "at": AT}
    return calls.open_call(**{**told, **changed})


def seconds(count):
    return AT + timedelta(seconds=count)


# --- Opening ----------------------------------------------------------------------------------------------------------


def test_a_call_is_opened_once_and_begins_when_it_was_first_heard_of(line):
    first = opened(at=seconds(5))
    again = opened(at=seconds(2))
    assert first.pk == again.pk
    assert Call.objects.get().began_at == seconds(2)


def test_what_an_earlier_message_did_not_say_is_filled_in(line):
    blank = opened(caller="", called="")
    assert (blank.version, blank.outcome) == (None, "")
    assert opened().version == line
    assert opened(called="+14155550100").called == NUMBER


def test_a_number_nobody_set_up_is_said_so(line):
    assert opened(called="+14155550100").outcome == calls.NO_LINE


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_stored_only_as_its_digest(line, settings):
    settings.STREAM_TOKEN_SECONDS = 90
    call = opened()
    token = calls.issue_token(call)
    stored = Call.objects.get()
    assert token.isalnum()
    assert len(token) == 64
    assert stored.token_digest == calls.token_digest(token) != token
    assert 80 < (stored.token_expires_at - datetime.now(UTC)).total_seconds() <= 90


def test_a_new_token_ends_the_one_before(line):
    call = opened()
    Call.objects.update(binds=3)
    call.refresh_from_db()
    first, second = calls.issue_token(call), calls.issue_token(call)
    stored = Call.objects.get()
    assert first != second
    assert (stored.token_digest, stored.binds) == (calls.token_digest(second), 0)


def test_a_documents_token_is_always_the_same_and_only_ours(line, settings):
    call = opened()
    token = calls.issue_token(call, document=3)
    assert token == calls.issue_token(call, document=3) == calls.document_token(UUID, 3)
    assert len({token, calls.document_token(UUID, 4), calls.document_token("another", 3)}) == 3
    settings.SECRET_KEY = "another"
    assert calls.document_token(UUID, 3) != token


@pytest.mark.parametrize("token", ["", "-", "3-", "-abc", "3", "é-x", "³-x", "9999999-x", "3-\ud800", "3-" + "f" * 64])
def test_no_other_text_is_a_continue_token(token):
    assert calls.document_of(calls.continue_token(UUID, 3), UUID) == 3
    assert calls.document_of(calls.continue_token(UUID, 3), "another") is None
    assert calls.document_of(token, UUID) is None


def test_text_that_cannot_be_a_token_has_no_digest():
    assert calls.token_digest("é\ud800") == ""


# --- Streams ----------------------------------------------------------------------------------------------------------


def note(call, kind, at, *, source="socket", stream_id="s-1"):
    key = f"{stream_id}:{source}:{kind}"
    calls.note_stream(call, source=source, dedupe_key=key, stream_id=stream_id, kind=kind, at=seconds(at))


def test_a_stream_is_shown_as_its_facts_say(line):
    call = opened()
    note(call, "start", 1)
    note(call, "start", 2)  # said again: nothing changes
    stream = Stream.objects.get()
    assert (stream.started_at, stream.ended_at) == (seconds(1), None)
    note(call, "stop", 33, source="webhook")
    note(call, "stop", 30)
    stream.refresh_from_db()
    assert (stream.started_at, stream.ended_at, stream.ended_by) == (seconds(1), seconds(30), "socket")
    assert StreamEvent.objects.count() == 3


def test_a_better_witness_replaces_the_sweepers_guess(line):
    call = opened()
    note(call, "start", 1)
    note(call, "stop", 20, source="sweep")
    note(call, "stop", 30)
    stream = Stream.objects.get()
    assert (stream.ended_at, stream.ended_by) == (seconds(30), "socket")


def test_a_stream_of_another_call_is_left_alone(line):
    note(opened(), "start", 1)
    note(opened(call_uuid="another"), "stop", 2)
    assert StreamEvent.objects.count() == 1
    assert Stream.objects.get().ended_at is None


def test_a_call_has_as_many_streams_as_it_has(line):
    call = opened()
    for stream_id in ("s-1", "s-2"):
        note(call, "start", 1, stream_id=stream_id)
    assert set(call.streams.values_list("stream_id", flat=True)) == {"s-1", "s-2"}


# --- The end ----------------------------------------------------------------------------------------------------------


def test_the_earliest_end_wins_and_better_facts_fill_in(line):
    opened()
    calls.call_ended(UUID, by="sweep", at=seconds(120))
    calls.call_ended(UUID, by="hangup", at=seconds(60), seconds=58, cause="Normal Hangup", cost=Decimal("0.0085"))
    calls.call_ended(UUID, by="socket", at=seconds(90), seconds=1, cause="other", cost=Decimal(9))
    call = Call.objects.get()
    assert (call.ended_at, call.ended_by, call.seconds, call.hangup_cause) == (
        seconds(60), "hangup", 58, "Normal Hangup",
    )  # fmt: skip
    assert (call.status, call.carrier_cost) == (CallStatus.ENDED, Decimal("0.0085"))


def test_a_finished_call_stays_finished(line):
    opened()
    Call.objects.update(status=CallStatus.FINISHED, ended_at=seconds(50))
    assert calls.call_ended(UUID, by="hangup", at=seconds(60)).status == CallStatus.FINISHED


def test_the_end_of_an_unknown_call_is_none(line):
    assert calls.call_ended("unknown", by="hangup", at=AT) is None


def test_the_worker_is_rung_once_the_rows_are_there(line, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("streams.tasks.finalise.apply_async", lambda args, **_: rung.append(args))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        calls.ring(7)
        assert not rung
    assert rung == [(7,)]


def test_a_dead_broker_is_no_error(line, monkeypatch, django_capture_on_commit_callbacks):
    def dead(*_, **__):
        raise OSError("no broker")

    monkeypatch.setattr("streams.tasks.finalise.apply_async", dead)
    with django_capture_on_commit_callbacks(execute=True):
        calls.ring(7)


# --- Any order, any number of times -----------------------------------------------------------------------------------

DELIVERIES = {
    "answer": ("/plivo/answer/", {"event": "StartApp"}),
    "start 1": ("/plivo/stream-status/", {"event": "StartStream", "StreamID": "{}-1"}),
    "stop 1": ("/plivo/stream-status/", {"event": "DroppedStream", "StreamID": "{}-1"}),
    "start 2": ("/plivo/stream-status/", {"event": "StartStream", "StreamID": "{}-2"}),
    "stop 2": ("/plivo/stream-status/", {"event": "StopStream", "StreamID": "{}-2"}),
    "played": ("/plivo/stream-status/", {"event": "PlayedStream", "StreamID": "{}-2", "Name": "turn-1"}),
    "hangup": ("/plivo/hangup/", {"event": "Hangup", "CallStatus": "completed", "Duration": "61", "TotalCost": "0.01"}),
    "hangup on answer": ("/plivo/answer/", {"event": "Hangup", "CallStatus": "completed", "Duration": "61",
                                            "TotalCost": "0.01"}),
}  # fmt: skip
_examples = iter(range(10**6))


def rows(call_uuid):
    """What remains of a call, without the moments at which messages happened to come."""
    call = Call.objects.get(call_uuid=call_uuid)
    facts = ("caller", "called", "version_id", "direction", "status", "seconds", "carrier_cost", "ended_by", "outcome")
    return (
        [getattr(call, name) for name in facts],
        sorted((s.stream_id.removeprefix(call_uuid), s.ended_at is not None, s.ended_by) for s in call.streams.all()),
        sorted((e.source, e.dedupe_key.replace(call_uuid, ""), e.kind) for e in call.stream_events.all()),
    )


def deliver(client, order):
    call_uuid = f"call-{next(_examples)}"
    for name in order:
        path, more = DELIVERIES[name]
        form = fields(call=call_uuid, **{key: told.format(call_uuid) for key, told in more.items()})
        assert Plivo(client).post(path, form).status_code == 200
    return rows(call_uuid)


@pytest.fixture
def site(settings):
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    cache.clear()


IN_ORDER = [name for name in DELIVERIES if name != "hangup on answer"]


@examples(15)
@given(order=st.permutations(IN_ORDER), copies=st.lists(st.sampled_from(list(DELIVERIES)), max_size=6))
@example(order=list(reversed(IN_ORDER)), copies=["answer", "answer", "hangup on answer"])
@example(order=["hangup on answer", *IN_ORDER], copies=[])
def test_any_order_and_any_copies_end_in_the_same_rows(client, line, site, order, copies):
    expected = deliver(client, IN_ORDER)
    mixed = [name for pair in zip(order, [*copies, *order], strict=False) for name in pair]
    assert deliver(client, mixed) == expected


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_copies_at_the_same_moment_are_one_call(client, site):
    published(flow_of(hello=("say", "Hello.", "bye"), bye=("hang_up", "Goodbye.")))
    said, go = [], threading.Barrier(8)

    def ring(path, form):
        go.wait()
        try:
            said.append(Plivo(client.__class__()).post(path, form).content)
        except OperationalError as error:
            said.append(error)
        finally:
            connection.close()

    told = [("/plivo/answer/", fields())] * 4 + [("/plivo/stream-status/", fields("StartStream", StreamID="s-1"))] * 4
    threads = [threading.Thread(target=ring, args=args) for args in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({content for content in said if content}) == 1
    assert (Call.objects.count(), StreamEvent.objects.count()) == (1, 1)
    assert sorted(CarrierMessage.objects.values_list("copies", flat=True)) == [4, 4]


@pytest.mark.django_db
def test_the_next_document_ends_the_streams_before_it_once():
    """A killed process tells nobody that its stream is over; the carrier that asks what comes next does."""
    call = calls.open_call(call_uuid="c-next", caller="", called="", direction="inbound", at=datetime.now(UTC))
    at = datetime.now(UTC)
    calls.note_stream(call, source="socket", dedupe_key="s-next:start", stream_id="s-next", kind="start", at=at)
    for later in (5, 9):
        calls.streams_over(call, at=at + timedelta(seconds=later))
    stream = call.streams.get()
    assert (stream.ended_at - stream.started_at, stream.ended_by) == (timedelta(seconds=5), "hangup")
    calls.note_stream(
        call, source="socket", dedupe_key="s-next:stop", stream_id="s-next", kind="stop", at=at + timedelta(seconds=4)
    )
    assert call.streams.get().ended_by == "socket"
