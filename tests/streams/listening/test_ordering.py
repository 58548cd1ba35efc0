"""What the carrier is told to do when a transfer listens, and what is kept of it: through its own addresses."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import OperationalError

from streams import calls
from streams.billing.charges import charge_call
from streams.event_log import Entry, append
from streams.listening import consent, ordering
from streams.models import Call, CallEvent, CarrierMessage, ListenOrder, Stream
from tests.streams.carriers.plivo_side import CALL, PUBLIC, SETTINGS, STREAM, Plivo, document, fields
from tests.streams.listening.conversation import GIVEN, TRANSFER, line_with_a_transfer

pytestmark = pytest.mark.django_db

REFUSED = Entry(at=2.0, kind="consent_refused", data={"by": "key"})


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()


@pytest.fixture
def plivo(client):
    line_with_a_transfer()
    return Plivo(client)


def put_through(plivo, *told, pending=TRANSFER):
    """A call that walks up to its transfer: the document that the carrier gets."""
    said = plivo.answer()
    append(Call.objects.get().pk, told)
    Call.objects.update(pending=pending, state={"step": "put", "turn": 1}, status="live")
    return plivo.post(said.next_url, fields("Redirect"))


def why_left_out():
    return [line.data["why"] for line in CallEvent.objects.filter(kind="listening_left_out")]


def test_a_stream_listens_beside_the_dial(plivo):
    dial = document(put_through(plivo, GIVEN))
    assert dial.verbs == ["Stream", "Dial"]
    assert dict(dial["Stream"].items()) == {
        "bidirectional": "false",
        "audioTrack": "both",
        "keepCallAlive": "false",
        "contentType": "audio/x-mulaw;rate=8000",
        "streamTimeout": "14400",
        "statusCallbackUrl": dial["Stream"].get("statusCallbackUrl"),
        "statusCallbackMethod": "POST",
    }
    order = ListenOrder.objects.get()
    assert (order.how, order.step, order.closed_at) == ("dial", "put", None)
    assert dial["Stream"].text == f"wss{PUBLIC.removeprefix('https')}/listen/{dial.stream_token}/"
    assert ordering.find(dial.stream_token).order_pk == order.pk
    assert ordering.find(dial.stream_token[:-1] + "g") is None
    assert why_left_out() == []


def test_the_same_document_asked_twice_gives_the_same_addresses(plivo):
    said = plivo.answer()
    append(Call.objects.get().pk, [GIVEN])
    Call.objects.update(pending=TRANSFER, state={"step": "put", "turn": 1}, status="live")
    answers = {plivo.post(said.next_url, fields("Redirect")).content for _ in range(3)}
    assert (len(answers), ListenOrder.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ((), consent.NOBODY_ASKED),
        ((GIVEN, REFUSED), consent.WHY_NOT[consent.CONSENT_REFUSED]),
        ((Entry(at=1.0, kind="consent_unproven", data={"why": "…"}),), consent.WHY_NOT[consent.CONSENT_UNPROVEN]),
    ],
    ids=["not told", "said no", "not proved"],
)
def test_without_consent_it_is_a_plain_dial_and_the_log_says_why(plivo, told, why):
    assert document(put_through(plivo, *told)).verbs == ["Dial"]
    assert why_left_out() == [why]
    assert ListenOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("told", "verbs", "why"),
    [((GIVEN,), ["Stream", "Dial"], []), ((), ["Dial"], [consent.SENT_ON])],
    ids=["agreed", "not asked yet"],
)
def test_whom_the_desk_sends_on_is_listened_to_where_they_agreed(plivo, told, verbs, why):
    assert document(put_through(plivo, *told, pending={**TRANSFER, "by": "desk"})).verbs == verbs
    assert why_left_out() == why


def test_a_transfer_that_does_not_listen_leaves_nothing(plivo):
    assert document(put_through(plivo, GIVEN, pending={**TRANSFER, "listens": False})).verbs == ["Dial"]
    assert (why_left_out(), ListenOrder.objects.count()) == ([], 0)


@pytest.mark.parametrize("place", ["consent.why_not", "order", "left_out"])
def test_a_caller_is_put_through_whatever_fails(plivo, monkeypatch, place):
    def broken(*_, **__):
        raise OperationalError("no such table")

    monkeypatch.setattr(f"streams.listening.{'' if '.' in place else 'ordering.'}{place}", broken)
    told = () if place == "left_out" else (GIVEN,)
    assert document(put_through(plivo, *told)).verbs == ["Dial"]
    assert CarrierMessage.objects.get(kind="continue").error == ""
    assert why_left_out() == ([] if place == "left_out" else [ordering.BROKE])


def test_after_the_conversation_no_socket_may_begin_and_those_that_are_open_are_closed(
    plivo, monkeypatch, django_capture_on_commit_callbacks
):
    asked, rung = [], []
    monkeypatch.setattr("streams.listening.stopping.news.ask", lambda pk, act: asked.append(act))
    monkeypatch.setattr("streams.tasks.stop_listening.apply_async", lambda args, **_: rung.append(args))
    dial = document(put_through(plivo, GIVEN))
    with django_capture_on_commit_callbacks(execute=True):
        back = document(plivo.post(dial.next_url, fields("Dial", DialStatus="busy")))
    assert back.verbs == ["Stream", "Redirect"]  # the call's own stream
    assert (asked, rung) == (["stop_listening"], [])
    assert ordering.find(dial.stream_token) is None


def test_what_does_not_close_in_time_is_ended_by_the_worker(plivo, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("streams.tasks.stop_listening.apply_async", lambda args, **_: rung.append(args))
    monkeypatch.setattr("streams.listening.stopping.CLOSED_WITHIN", 0.0)
    dial = document(put_through(plivo, GIVEN))
    on_the_socket("start", ListenOrder.objects.get().began_at)
    with django_capture_on_commit_callbacks(execute=True):
        plivo.post(dial.next_url, fields("Dial", DialStatus="completed"))
    assert rung == [(Call.objects.get().pk,)]


# --- What the carrier tells --------------------------------------------------------------------------------------


def tells(plivo, dial, event, **more):
    path = dial["Stream"].get("statusCallbackUrl")
    return plivo.post(path, fields(event, StreamID=STREAM, **more)).status_code


def on_the_socket(kind, at):
    call = Call.objects.get()
    calls.note_stream(
        call,
        source="socket",
        dedupe_key=f"{STREAM}:{kind}",
        stream_id=STREAM,
        kind=kind,
        at=at,
        listen_order=ListenOrder.objects.get().pk,
    )


def test_a_stream_that_never_connects_is_told_and_the_call_goes_on(plivo):
    dial = document(put_through(plivo, GIVEN))
    assert tells(plivo, dial, "DroppedStream") == 200
    assert why_left_out() == [ordering.NEVER_CONNECTED]
    back = document(plivo.post(dial.next_url, fields("Dial", DialStatus="completed", DialBLegDuration="30")))
    assert back.verbs == ["Stream", "Redirect"]
    plivo.post("/plivo/hangup/", fields("Hangup", CallStatus="completed", Duration="60"))
    stream = Stream.objects.get()
    assert (stream.bidirectional, stream.ended_by) == (False, "dropped")
    charge = next(c for c in charge_call(Call.objects.get().pk) if c.kind == "stream")
    assert (charge.description.split(",")[0], charge.step) == ("Listening stream that never connected", "put")


def test_a_connection_that_broke_while_they_talk_is_told_by_the_carriers_word(plivo):
    dial = document(put_through(plivo, GIVEN))
    ListenOrder.objects.update(binds=1)
    on_the_socket("start", ListenOrder.objects.get().began_at)
    for _ in range(2):
        assert tells(plivo, dial, "DroppedStream") == 200
    line = CallEvent.objects.get(kind="listening_broke")
    assert (line.step, line.data) == ("put", {"stream": STREAM})
    assert Stream.objects.get().ended_at is not None
    assert why_left_out() == []


def test_another_try_that_did_not_connect_breaks_nothing(plivo):
    dial = document(put_through(plivo, GIVEN))
    ListenOrder.objects.update(binds=1)
    assert tells(plivo, dial, "DroppedStream") == 200
    assert not CallEvent.objects.filter(kind="listening_broke").exists()


@pytest.mark.parametrize(
    ("status", "binds", "whys"),
    [("completed", 0, [ordering.NEVER_CAME]), ("completed", 1, []), ("busy", 0, [])],
    ids=["talked", "heard", "nobody talked"],
)
def test_a_talk_of_which_no_stream_ever_came_is_told(plivo, status, binds, whys):
    dial = document(put_through(plivo, GIVEN))
    ListenOrder.objects.update(binds=binds)
    plivo.post(dial.next_url, fields("Dial", DialStatus=status, DialBLegDuration="30"))
    assert why_left_out() == whys


@pytest.mark.parametrize("told", [("StartStream", "DroppedStream"), ("StopStream",)], ids=["it began", "it stopped"])
def test_what_only_the_carrier_tells_of_is_estimated_by_its_word_and_the_bill_says_so(plivo, told):
    dial = document(put_through(plivo, GIVEN))
    for event in told:
        tells(plivo, dial, event)
    plivo.post("/plivo/hangup/", fields("Hangup", CallStatus="completed", Duration="60"))
    [charge] = [charge for charge in charge_call(Call.objects.get().pk) if charge.kind == "stream"]
    assert charge.description.startswith("Listening stream, by the carrier’s word alone: nothing of it reached us, ")
    assert (charge.amount, charge.status, charge.step) == (Decimal("0.003"), "estimated", "put")


def test_the_carriers_words_may_come_late_and_in_any_order(plivo):
    dial = document(put_through(plivo, GIVEN))
    began = ListenOrder.objects.get().began_at
    on_the_socket("start", began)
    on_the_socket("stop", began + (began - began))
    for event in ("StopStream", "StartStream", "StopStream", "DegradedStream"):
        assert tells(plivo, dial, event) == 200
    stream = Stream.objects.get()
    assert (stream.bidirectional, stream.ended_by) == (False, "socket")
    assert why_left_out() == []
    [charge] = charge_call(Call.objects.get().pk)
    assert (charge.source_key, charge.step, charge.amount) == (f"stream:{STREAM}", "put", Decimal("0.003"))


def test_the_carriers_start_does_not_bar_the_socket(plivo):
    dial = document(put_through(plivo, GIVEN))
    tells(plivo, dial, "StartStream")
    assert not Stream.objects.exists()
    assert ordering.find(dial.stream_token) is not None


def test_a_status_address_of_another_call_or_order_is_refused(plivo):
    dial = document(put_through(plivo, GIVEN))
    path = dial["Stream"].get("statusCallbackUrl").removeprefix(PUBLIC)
    assert plivo.post(path, fields("StopStream", StreamID=STREAM, call=CALL[:-1] + "1")).status_code == 403
    path = "/plivo/listen-status/1-abc/"
    assert plivo.post(path, fields("StopStream", StreamID=STREAM)).status_code == 403
    for forged in ("x", "1", "", "-", "²-abc", "9" * 40 + "-a"):
        assert ordering.order_of(forged, CALL) is None
