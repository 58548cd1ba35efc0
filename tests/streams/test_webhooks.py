"""The carrier's addresses, through the door: what it gets, what is kept, and what nobody gets past."""

import logging

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from hypothesis import given
from hypothesis import strategies as st

from flows.models import Destination, PhoneNumber
from streams import calls, spool, troubles
from streams.carriers.plivo_api import sign_as_the_sdk
from streams.models import Call, CallEvent, CarrierMessage, Stream, StreamEvent
from streams.models.calls import CallStatus
from tests.builders import flow_of
from tests.properties import examples
from tests.streams.carriers.plivo_side import CALL, PUBLIC, SETTINGS, STREAM, TOKEN, Plivo, document, fields
from tests.streams.rows import published

ANSWER, HANGUP, STATUS, FALLBACK = "/plivo/answer/", "/plivo/hangup/", "/plivo/stream-status/", "/plivo/fallback/"
OPERATOR = "+14155550111"
BACK = {"completed": "bye", "busy": "bye", "no-answer": "bye", "failed": "bye"}


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()


@pytest.fixture
def line(db):
    """A number with a published flow that can be transferred."""
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    return published(
        flow_of(
            put=(
                "transfer",
                {"destination": "desk", "announcement": ""},
                BACK,
            ),
            bye=("hang_up", "Goodbye."),
        )
    )


@pytest.fixture
def plivo(client):
    return Plivo(client)


# --- Answering ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_call_is_answered_with_a_stream(plivo, line):
    said = plivo.answer()
    assert said.verbs == ["Stream", "Redirect"]
    assert said["Stream"].text == f"wss://ivr.example.com/stream/{said.stream_token}/"
    assert said["Stream"].get("statusCallbackUrl") == f"{PUBLIC}/plivo/stream-status/"
    assert said.next_url.startswith(f"{PUBLIC}/plivo/continue/")
    assert said.next_url.endswith("#ct=2000&rt=3000&rc=5&rp=all")
    call = Call.objects.get()
    assert (call.call_uuid, call.version, call.status) == (CALL, line, CallStatus.RINGING)
    assert (call.caller, call.called, call.direction) == ("+14155550142", "+14155550199", "inbound")
    assert call.token_digest == calls.token_digest(said.stream_token)
    assert call.token_expires_at > call.began_at
    assert said.stream_token not in str(CarrierMessage.objects.values())


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["14155550199", "+14155550199"])
def test_a_number_is_known_with_and_without_its_plus(plivo, line, to):
    assert plivo.answer(To=to).verbs == ["Stream", "Redirect"]


@pytest.mark.django_db
def test_the_carrier_may_use_get(plivo, line):
    response = plivo.get(ANSWER, fields())
    assert document(response).verbs == ["Stream", "Redirect"]
    assert Call.objects.count() == 1


@pytest.mark.django_db
def test_unknown_and_empty_fields_are_no_obstacle(plivo, line):
    said = plivo.answer(STIRVerification="Not Applicable", CallerName="", **{"SIP-H-To": "<sip:a@b>;tag=1"})
    assert said.verbs == ["Stream", "Redirect"]


@pytest.mark.django_db
def test_an_outbound_call_belongs_to_the_number_it_comes_from(plivo, line):
    more = {"Direction": "outbound", "From": "+14155550199", "To": "+14155550142", "CallStatus": "in-progress"}
    assert plivo.answer(**more).verbs == ["Stream", "Redirect"]
    assert Call.objects.get().direction == "outbound"


@pytest.mark.django_db
@pytest.mark.parametrize("copies", [2, 5])
def test_the_same_call_told_again_is_one_call_with_one_stream(plivo, line, copies):
    said = [plivo.post(ANSWER, fields()).content for _ in range(copies)]
    assert len(set(said)) == 1
    assert Call.objects.count() == 1
    assert CarrierMessage.objects.get().copies == copies


@pytest.mark.django_db
def test_a_call_keeps_the_version_it_began_on(plivo, line):
    plivo.answer()
    PhoneNumber.objects.update(version=None)
    assert plivo.answer().verbs == ["Stream", "Redirect"]
    assert Call.objects.get().version == line


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("to", "outcome"), [("+14155550188", calls.NO_LINE), ("+14155550177", calls.NO_VERSION), ("sip:a@b", calls.NO_LINE)]
)
def test_a_number_without_a_flow_says_sorry(plivo, line, to, outcome):
    PhoneNumber.objects.create(number="+14155550177")
    assert plivo.answer(To=to).verbs == ["Speak", "Hangup"]
    assert plivo.answer(To=to).verbs == ["Speak", "Hangup"]
    call = Call.objects.get()
    assert (call.version, call.outcome) == (None, outcome)
    assert [event.kind for event in call.events.all()] == ["apology"]


@pytest.mark.django_db
def test_with_an_operator_nobody_is_left_alone(plivo, line, settings):
    settings.OPERATOR_NUMBER = OPERATOR
    said = plivo.answer(To="+14155550188")
    assert said.verbs == ["Speak", "Dial", "Hangup"]
    assert said["Dial"].find("Number").text == OPERATOR


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"event": "Hangup", "CallStatus": "completed"}, {"CallStatus": "no-answer"}])
def test_a_hang_up_on_the_answer_url_opens_nothing(plivo, line, more):
    said = plivo.answer(Duration="7", **more)
    assert said.verbs == ["Hangup"]
    call = Call.objects.get()
    assert (call.status, call.seconds, call.token_digest) == (CallStatus.ENDED, 7, "")
    assert CarrierMessage.objects.get().kind == "hangup"


@pytest.mark.django_db
def test_an_answer_after_the_hang_up_opens_nothing(plivo, line):
    plivo.post(HANGUP, fields("Hangup", CallStatus="completed"))
    assert plivo.answer().verbs == ["Hangup"]
    assert Call.objects.get().token_digest == ""


@pytest.mark.django_db
def test_the_fallback_says_sorry_and_leaves_a_record(plivo, line, settings):
    settings.OPERATOR_NUMBER = OPERATOR
    said = document(plivo.post(FALLBACK, fields()))
    assert said.verbs == ["Speak", "Dial", "Hangup"]
    call = Call.objects.get()
    assert call.version == line
    assert [event.kind for event in call.events.all()] == ["apology"]


@pytest.mark.django_db
def test_a_broken_flow_is_an_apology_and_can_be_applied_again(plivo, line, monkeypatch):
    monkeypatch.setattr(calls, "issue_token", lambda *_, **__: 1 / 0)
    assert plivo.answer().verbs == ["Speak", "Hangup"]
    message = CarrierMessage.objects.get()
    assert message.applied_at is None
    assert "ZeroDivisionError" in message.error
    monkeypatch.undo()
    from streams import webhooks

    webhooks.apply(message)
    message.refresh_from_db()
    assert (message.applied_at is not None, message.error) == (True, "")


# --- What else the carrier tells ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_hang_up_ends_the_call_once(plivo, line):
    plivo.answer()
    told = {"CallStatus": "completed", "Duration": "61", "TotalCost": "0.00850", "HangupCauseName": "Normal Hangup"}
    for _ in range(2):
        assert plivo.post(HANGUP, fields("Hangup", **told)).status_code == 200
    call = Call.objects.get()
    assert (call.status, call.seconds, str(call.carrier_cost)) == (CallStatus.ENDED, 61, "0.008500")
    assert (call.hangup_cause, call.ended_by) == ("Normal Hangup", "hangup")
    assert CarrierMessage.objects.get(kind="hangup").copies == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "told",
    [
        {"Duration": "-5", "TotalCost": "-1"},
        {"Duration": "999999999999", "TotalCost": "1e999"},
        {"Duration": "1e3", "TotalCost": "NaN"},
        {"Duration": "١٢", "TotalCost": "Infinity"},
        {"Duration": "", "TotalCost": ""},
        {"Duration": "12.5", "TotalCost": "twelve"},
    ],
)
def test_absurd_figures_are_ignored(plivo, line, told):
    assert plivo.post(HANGUP, fields("Hangup", **told)).status_code == 200
    call = Call.objects.get()
    assert (call.status, call.seconds, call.carrier_cost) == (CallStatus.ENDED, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(("starts", "stops"), [("StartStream", "StopStream"), ("started", "stopped")])
def test_both_naming_schemes_of_streams_are_understood(plivo, line, starts, stops):
    plivo.answer()
    for event in (starts, stops, stops, "DegradedStream", "SomethingNew", ""):
        assert plivo.post(STATUS, fields(event, StreamID=STREAM, StatusReason="x")).status_code == 200
    assert set(StreamEvent.objects.values_list("kind", "source")) == {("start", "webhook"), ("stop", "webhook")}
    stream = Stream.objects.get()
    assert (stream.stream_id, stream.ended_by, stream.call.call_uuid) == (STREAM, "stop", CALL)
    assert CarrierMessage.objects.filter(kind="stream").count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["DroppedStream", "failed"])
def test_a_dropped_stream_is_over(plivo, line, event):
    plivo.post(STATUS, fields("StartStream", StreamID=STREAM))
    plivo.post(STATUS, fields(event, StreamID=STREAM))
    assert Stream.objects.get().ended_at is not None


@pytest.mark.django_db
def test_the_carriers_start_does_not_bar_the_socket(plivo, line):
    """It may come before the socket's own start, which takes a row as a sign that it was there before."""
    plivo.answer()
    plivo.post(STATUS, fields("StartStream", StreamID=STREAM))
    assert not Stream.objects.exists()
    plivo.post(HANGUP, fields("Hangup"))
    assert Stream.objects.get().stream_id == STREAM


@pytest.mark.django_db
def test_every_checkpoint_is_a_message_of_its_own(plivo, line):
    for name in ("turn-1", "turn-2", "turn-2", "é" * 100):
        assert plivo.post(STATUS, fields("PlayedStream", StreamID=STREAM, Name=name)).status_code == 200
    assert CarrierMessage.objects.count() == 3


@pytest.mark.django_db
def test_what_callers_typed_and_said_is_not_kept(plivo, line, caplog):
    caplog.set_level(logging.DEBUG)
    secret = {"Digits": "4111111111111111", "Speech": "my pin is 4711", "ServiceURL": "wss://h/stream/abcdef/"}
    plivo.answer(**secret)
    kept = str(list(CarrierMessage.objects.values())) + caplog.text
    for word in ("4111", "4711", "abcdef"):
        assert word not in kept


@pytest.mark.django_db
def test_a_recording_is_kept_once(plivo, line):
    address = plivo.answer().next_url.replace("/continue/", "/recording/")
    told = fields("Recording", RecordingID="r-1", RecordUrl="https://media.example.com/r-1.mp3")
    for _ in range(2):
        assert plivo.post(address, told).status_code == 200
    message = CarrierMessage.objects.get(kind="recording")
    assert (message.copies, message.body["RecordUrl"]) == (2, "https://media.example.com/r-1.mp3")


# --- Going on --------------------------------------------------------------------------------------------------------


def leave(pending, call_uuid=CALL, **more):
    """The session stores what comes next."""
    from flows.engine.events import CallAnswered
    from flows.engine.machine import advance
    from flows.engine.snapshot import dump_state, load
    from flows.engine.step import State

    mine = Call.objects.filter(call_uuid=call_uuid)
    call = mine.get()
    state, _ = advance(load(call.version.snapshot), State(), CallAnswered(began=1.0))
    mine.update(pending=pending, state=dump_state(state), **more)


TRANSFER = {"do": "transfer", "destination": "desk", "ring_seconds": 20}


@pytest.mark.django_db
def test_a_transfer_rings_comes_back_and_goes_on(plivo, line):
    said = plivo.answer()
    leave(TRANSFER)
    dial = document(plivo.post(said.next_url, fields("Redirect")))
    assert dial.verbs == ["Dial"]
    assert (dial["Dial"].find("Number").text, dial["Dial"].get("timeout")) == ("+14155550123", "20")
    assert dial.next_url != said.next_url
    back = document(plivo.post(dial.next_url, fields("Dial", DialStatus="busy")))
    assert back.verbs == ["Stream", "Redirect"]
    call = Call.objects.get()
    assert call.pending == {"resume_with": {"event": "transfer", "result": "busy", "seconds": 0}}
    assert call.token_digest == calls.token_digest(back.stream_token) != calls.token_digest(said.stream_token)
    assert call.state["step"] == "put"


@pytest.mark.django_db
def test_the_same_question_is_answered_alike_and_moves_nothing(plivo, line):
    first = plivo.answer()
    leave(TRANSFER)
    dials = [plivo.post(first.next_url, fields("Redirect")).content for _ in range(3)]
    assert len(set(dials)) == 1
    then = document(plivo.post(first.next_url, fields("Redirect"))).next_url
    backs = [plivo.post(then, fields("Dial", DialStatus="no-answer")).content for _ in range(3)]
    assert len(set(backs)) == 1
    events = CallEvent.objects.count()
    assert plivo.post(first.next_url, fields("Redirect")).content == dials[0]  # late
    assert CallEvent.objects.count() == events
    assert CarrierMessage.objects.filter(kind="continue").count() == 2


@pytest.mark.django_db
def test_the_number_dialled_is_the_one_the_destination_has_now(plivo, line):
    said = plivo.answer()
    leave(TRANSFER)
    Destination.objects.update(number="+14155550124")
    dial = document(plivo.post(said.next_url, fields("Redirect")))
    assert dial["Dial"].find("Number").text == "+14155550124"


@pytest.mark.django_db
@pytest.mark.parametrize("number", [None, "+19005551234", "+18765550123"])
def test_a_destination_that_is_gone_or_too_dear_is_a_failed_transfer(plivo, line, number):
    if number:
        Destination.objects.update(number=number)
    else:
        Destination.objects.all().delete()
    said = plivo.answer()
    leave(TRANSFER)
    assert document(plivo.post(said.next_url, fields("Redirect"))).verbs == ["Stream", "Redirect"]
    assert Call.objects.get().pending["resume_with"]["result"] == "failed"
    assert CallEvent.objects.get(kind="transfer_refused").data["destination"] == "desk"
    assert [(trouble.ability, trouble.engine) for trouble in troubles.open_now()] == [("transfer", "Support desk")]


@pytest.mark.django_db
def test_no_number_is_dialled_more_often_in_an_hour_than_the_site_may(plivo, line, settings):
    settings.TRANSFERS_AN_HOUR = 1
    for call, verbs in (("c-1", ["Dial"]), ("c-2", ["Stream", "Redirect"])):
        said = plivo.answer(call=call)
        leave(TRANSFER, call)
        assert document(plivo.post(said.next_url, fields("Redirect", call=call))).verbs == verbs
    assert "TRANSFERS_AN_HOUR" in CallEvent.objects.get(kind="transfer_refused").data["why"]


@pytest.mark.django_db
def test_a_recording_is_asked_for_with_its_limits(plivo, line):
    said = plivo.answer()
    leave({"do": "record", "max_seconds": 60, "finish_key": "*"})
    record = document(plivo.post(said.next_url, fields("Redirect")))["Record"]
    assert (record.get("maxLength"), record.get("finishOnKey")) == ("60", "*")
    assert record.get("callbackUrl").startswith(f"{PUBLIC}/plivo/recording/")


@pytest.mark.django_db
def test_a_hang_up_is_a_hang_up(plivo, line):
    said = plivo.answer()
    leave({"do": "hangup", "reason": "done"})
    assert document(plivo.post(said.next_url, fields("Redirect"))).verbs == ["Hangup"]


@pytest.mark.django_db
def test_a_dropped_stream_is_taken_up_twice_then_a_person_helps(plivo, line, settings):
    settings.OPERATOR_NUMBER = OPERATOR
    said = plivo.answer()
    leave({})
    tokens = {said.stream_token}
    for taken_up in (1, 2):
        said = document(plivo.post(said.next_url, fields("Redirect")))
        assert said.verbs == ["Stream", "Redirect"]
        tokens.add(said.stream_token)
        call = Call.objects.get()
        assert (call.continues, call.pending) == (taken_up, {"resume_with": {"event": "resumed"}})
        Call.objects.update(pending={})  # the new stream began
    assert len(tokens) == 3
    said = document(plivo.post(said.next_url, fields("Redirect")))
    assert said.verbs == ["Speak", "Dial", "Hangup"]
    kinds = list(CallEvent.objects.values_list("kind", flat=True))
    assert kinds == ["stream_dropped", "stream_dropped", "stream_dropped", "apology"]


@pytest.mark.django_db
def test_a_caller_who_is_gone_gets_no_stream_and_the_record_says_how_it_went(plivo, line):
    said = plivo.answer()
    leave(TRANSFER)
    dial = document(plivo.post(said.next_url, fields("Redirect")))
    last = plivo.post(dial.next_url, fields("Dial", CallStatus="completed", DialStatus="completed"))
    assert document(last).verbs == ["Hangup"]
    call = Call.objects.get()
    assert (call.status, call.ended_by, call.state["step"]) == (CallStatus.ENDED, "hangup", None)
    kinds = [event.kind for event in call.events.all()]
    assert kinds == ["transfer_finished", "left", "caller_hung_up"]


@pytest.mark.django_db
def test_after_the_hang_up_there_is_nothing_to_go_on_with(plivo, line):
    said = plivo.answer()
    leave({})
    plivo.post(HANGUP, fields("Hangup"))
    assert document(plivo.post(said.next_url, fields("Redirect"))).verbs == ["Hangup"]
    assert Call.objects.get().continues == 0


@pytest.mark.django_db
@pytest.mark.parametrize("damage", [lambda t: "0-" + "f" * 64, lambda t: "1" + t[1:], lambda t: t[:-1], lambda t: "-"])
def test_a_token_of_another_call_or_document_is_refused(plivo, line, damage):
    said = plivo.answer()
    token = said.next_url.split("/continue/")[1].split("/")[0]
    for where in ("continue", "recording"):
        response = plivo.post(f"/plivo/{where}/{damage(token)}/", fields("Redirect", RecordingID="r"))
        assert response.status_code == 403
    other = plivo.post(f"/plivo/continue/{token}/", fields("Redirect", call="another-call"))
    assert other.status_code == 403


# --- Who is let in ----------------------------------------------------------------------------------------------------


def forged(url=PUBLIC + ANSWER, *, token=TOKEN, form=None, nonce="1", name="X-Plivo-Signature-V3"):
    return {name: sign_as_the_sdk("POST", url, form or fields(), nonce, token), "X-Plivo-Signature-V3-Nonce": nonce}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Plivo-Signature-V3": "", "X-Plivo-Signature-V3-Nonce": ""},
        {"X-Plivo-Signature-V3": "AAAA", "X-Plivo-Signature-V3-Nonce": "1"},
        {"X-Plivo-Signature-V3": "é\udcff", "X-Plivo-Signature-V3-Nonce": "\ud800"},
        {"X-Plivo-Signature-V3": forged()["X-Plivo-Signature-V3"]},
        {"X-Plivo-Signature-V3-Nonce": "1"},
        forged(token="another"),
        forged("https://another.example.com" + ANSWER),
        forged("http://ivr.example.com" + ANSWER),
        forged(PUBLIC + "/plivo/answer"),
        forged(form={**fields(), "To": "+14155550188"}),
        forged(name="X-Plivo-Signature-V2"),
    ],
)
@pytest.mark.parametrize("path", [ANSWER, HANGUP, STATUS, FALLBACK, "/plivo/continue/0-x/", "/plivo/recording/0-x/"])
def test_nobody_else_is_let_in(client, line, headers, path):
    if path != ANSWER and headers == forged():
        pytest.skip("right for that address")
    response = Plivo(client).post(path, fields(StreamID=STREAM), headers=headers)
    assert response.status_code == 403
    assert not Call.objects.exists()
    assert not CarrierMessage.objects.exists()


@pytest.mark.django_db
def test_two_signatures_the_main_accounts_and_an_older_token_are_taken(client, line, settings):
    good = forged()["X-Plivo-Signature-V3"]
    headers = {"X-Plivo-Signature-V3": f"AAAA, {good}", "X-Plivo-Signature-V3-Nonce": "1"}
    assert Plivo(client).post(ANSWER, fields(), headers=headers).status_code == 200
    headers = {"X-Plivo-Signature-V3": "AAAA", "X-Plivo-Signature-Ma-V3": good, "X-Plivo-Signature-V3-Nonce": "1"}
    assert Plivo(client).post(ANSWER, fields(), headers=headers).status_code == 200
    settings.PLIVO_AUTH_TOKEN, settings.PLIVO_OLD_AUTH_TOKENS = "new", [TOKEN]
    assert Plivo(client).post(ANSWER, fields()).status_code == 200


@pytest.mark.django_db
def test_a_nonce_is_good_for_one_message_only(plivo, line):
    assert plivo.post(ANSWER, fields(), nonce="7").status_code == 200
    assert plivo.post(ANSWER, fields(), nonce="7").status_code == 200  # the carrier's own retry
    glued = {key: told for key, told in fields().items() if key != "To"}
    glued["From"] += "To" + fields()["To"]  # signs the same bytes
    assert plivo.post(ANSWER, glued, nonce="7", signed_as=fields()).status_code == 403
    assert Call.objects.get().called == "+14155550199"


@pytest.mark.django_db
def test_a_cache_that_is_down_costs_no_call(plivo, line, monkeypatch):
    def down(*_):
        raise ConnectionError("no cache")

    monkeypatch.setattr(cache, "add", down)
    assert plivo.answer().verbs == ["Stream", "Redirect"]


@pytest.mark.django_db
def test_unsigned_requests_are_for_this_machine_only(client, line, settings):
    def status(**extra):
        return Plivo(client).post(ANSWER, fields(), headers=extra.pop("headers", {}), **extra).status_code

    settings.ACCEPT_UNSIGNED_FROM_LOOPBACK = True
    assert status() == 200
    assert status(REMOTE_ADDR="203.0.113.7") == 403
    assert status(headers={"X-Forwarded-For": "127.0.0.1"}) == 403
    assert status(headers={"X-Plivo-Signature-V3": "AAAA"}) == 403


# --- Hostile content ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"CallUUID": ""}, 400),
        ({"CallUUID": "a" * 65}, 400),
        ({"CallUUID": "a b"}, 400),
        ({"CallUUID": "a\x00"}, 400),
        ({"CallUUID": ["a", "b"]}, 400),
        ({**fields(), "From": ["1", "2"]}, 400),
        ({**fields(), "From": "x" * 5000}, 400),
        ({**fields(), "n" * 200: "x"}, 400),
        ({**fields(), **{f"k{n}": "x" for n in range(300)}}, 400),
        ({**fields(), "Big": "x" * 70_000}, 413),
        ({**fields(), "From": "\x00+1415", "CallerName": "Zoë\r\nX-Evil: 1\x1b[2J", "\x00": "\x00"}, 200),
        ({**fields(), "From": ["+1", "+1"]}, 200),
        ({**fields(), "Direction": "sideways" * 20}, 200),
    ],
)
@pytest.mark.parametrize("path", [ANSWER, HANGUP, FALLBACK])
def test_hostile_content_is_refused_or_harmless(plivo, line, form, status, path):
    assert plivo.post(path, form).status_code == status
    assert Call.objects.count() == (status == 200)


@pytest.mark.django_db
def test_other_methods_and_other_bodies_are_refused(client, line):
    assert client.put(ANSWER).status_code == 405
    assert client.head(ANSWER).status_code == 405
    assert client.post(ANSWER, '{"CallUUID": "x"}', content_type="application/json").status_code == 400
    assert client.post(ANSWER, {"CallUUID": "x"}).status_code == 400  # multipart
    form = {"content_type": "application/x-www-form-urlencoded"}
    for body in (b"", b"\xff\xfe=%ff", b"a=1&" * 10, b"%00=%ed%a0%80"):
        assert client.post(ANSWER, body, **form).status_code == 403
    assert client.get(ANSWER + "?" + "&".join("a=1" for _ in range(300))).status_code == 400


texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30)


@pytest.mark.django_db
@examples(60)
@given(
    path=st.sampled_from([ANSWER, HANGUP, STATUS, FALLBACK]),
    more=st.dictionaries(
        st.sampled_from(
            ["From", "To", "Direction", "CallStatus", "Event", "Duration", "TotalCost", "HangupCause", "StreamID",
             "Name", "DialStatus"]
        )
        | texts,
        texts | st.sampled_from(["-1", "1e999", "NaN", "\x00", "9" * 30]),
        max_size=6,
    ),
)  # fmt: skip
def test_no_signed_content_is_ever_an_error_of_ours(client, line, path, more):
    response = Plivo(client).post(path, {**fields(), **more})
    assert response.status_code in (200, 400)


# --- Without a database ---------------------------------------------------------------------------------------------


class Away:
    """The database is away: every query of this thread raises."""

    def __init__(self, error):
        self.error = error

    def __call__(self, execute, sql, params, many, context):
        raise self.error("the database is away")


@pytest.fixture(params=[OperationalError, InterfaceError, ProgrammingError])
def away(request):
    return Away(request.param)


@pytest.mark.django_db(transaction=True)
def test_without_a_database_callers_reach_the_operator(plivo, line, settings, away):
    settings.OPERATOR_NUMBER = OPERATOR
    with connection.execute_wrapper(away):
        said = plivo.after_holding(plivo.answer())
        assert said.verbs == ["Speak", "Dial", "Hangup"]
        assert said["Dial"].find("Number").text == OPERATOR
        assert document(plivo.post(FALLBACK, fields())).verbs == ["Speak", "Dial", "Hangup"]
        going_on = f"/plivo/continue/{calls.continue_token(CALL, 0)}/"
        assert plivo.after_holding(document(plivo.post(going_on, fields()))).verbs == ["Speak", "Dial", "Hangup"]
        assert spool.replay_spool() == 0
    files = list(spool.folder().iterdir())
    assert len(files) == 3
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert not Call.objects.exists()

    assert spool.replay_spool() == 3
    assert not list(spool.folder().iterdir())
    call = Call.objects.get()
    assert (call.version, "apology" in call.outcome, call.token_digest) == (line, True, "")
    assert spool.replay_spool() == 0


@pytest.mark.django_db(transaction=True)
def test_without_a_database_nothing_that_was_told_is_lost(plivo, line, away):
    plivo.answer()
    with connection.execute_wrapper(away):
        for _ in range(2):
            assert plivo.post(HANGUP, fields("Hangup", Duration="61")).status_code == 200
        assert plivo.post(STATUS, fields("StopStream", StreamID=STREAM)).status_code == 200
        assert plivo.post(ANSWER, fields("Hangup", call="outbound")).status_code == 200
    assert Call.objects.get().ended_at is None
    assert spool.replay_spool() == 3
    call = Call.objects.get(call_uuid=CALL)
    assert (call.status, call.seconds, call.streams.count()) == (CallStatus.ENDED, 61, 1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all")
@pytest.mark.django_db(transaction=True)
def test_a_database_that_hangs_is_as_good_as_away(plivo, line, monkeypatch):
    monkeypatch.setattr("streams.webhooks.inbox.STATEMENT_SECONDS", 0.05)
    locker = connection.copy()
    try:
        with locker.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE streams_carriermessage IN ACCESS EXCLUSIVE MODE")
            assert plivo.answer().verbs == ["Wait", "Redirect"]
            cursor.execute("ROLLBACK")
    finally:
        locker.close()
    assert spool.replay_spool() == 1


@pytest.mark.django_db(transaction=True)
def test_when_nothing_can_be_kept_the_carrier_must_try_again(plivo, line, monkeypatch, away):
    def full(*_, **__):
        raise OSError("no space left on device")

    monkeypatch.setattr("streams.spool.os.fsync", full)
    with connection.execute_wrapper(away):
        assert plivo.post(HANGUP, fields("Hangup")).status_code == 503
        assert plivo.answer().verbs == ["Speak", "Hangup"]
    assert not list(spool.folder().iterdir())
