"""What may be done to one call, who may, what is kept of it; and calls that the carrier has to lead on."""

import json
from types import SimpleNamespace

import httpx2
import pytest
from django.contrib.auth.models import Group

from flows.engine.snapshot import dump
from flows.models import Destination
from streams import calls
from streams.carriers import at_hand, plivo_api
from streams.desk import acts, audit, news
from streams.desk.acts import Refused, begin
from streams.directing import DESK, END, ENDED, SEND
from streams.models import Call, CallEvent, CarrierMessage, DeskAct
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import SETTINGS, Plivo, document, fields
from tests.streams.listening.conversation import BACK, GIVEN, TRANSFER, line_with_a_transfer, talking
from tests.streams.rows import ringing

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(django_user_model):
    user = django_user_model.objects.create_user("sue", is_staff=True)
    user.groups.add(Group.objects.get(name="supervisor"))
    return user


@pytest.fixture
def asked(monkeypatch):
    """What processes were asked for."""
    found = []
    monkeypatch.setattr(news, "ask", lambda call_pk, act, **what: found.append((call_pk, act, what)))
    return found


@pytest.fixture
def plivo(monkeypatch, settings):
    """What Plivo was asked for; `answers` is what it says."""
    for name, value in {**SETTINGS, "PLIVO_AUTH_ID": "MA" + "X" * 18}.items():
        setattr(settings, name, value)
    made = SimpleNamespace(found=[], answers=[])

    def handle(request):
        made.found.append((request.method, request.url.path.partition("/Call/")[2], json.loads(request.content)))
        answer = made.answers.pop(0) if made.answers else httpx2.Response(202, json={})
        if isinstance(answer, Exception):
            raise answer
        return answer

    asks = lambda *who: plivo_api.Account(*who, transport=httpx2.MockTransport(handle))  # noqa: E731
    monkeypatch.setattr(at_hand, "Account", asks)
    return made


def in_a_dial(*told):
    call = talking(*told)
    CarrierMessage.objects.create(
        dedupe_key="continue:1",
        kind="continue",
        call_uuid=call.call_uuid,
        body={},
        reply={"page": "dial", "document": 1},
    )
    return call


def kept():
    return [(row.act, row.call_named, row.data) for row in DeskAct.objects.order_by("pk")]


def test_a_call_on_a_stream_is_asked_of_the_process_that_carries_it(sue, asked):
    call, _ = ringing()
    Destination.objects.create(key="support", name="Support", number="+14155550123")
    assert begin(sue.pk, SEND, call.pk, {"to": "support"}, asked="a1")
    assert asked == [(call.pk, SEND, {"asked": "a1", "destination": "support"})]
    assert kept() == [(SEND, call.call_uuid, {"destination": "support"})]


def test_who_may_only_watch_is_refused_and_that_is_kept(sue, asked):
    sue.groups.set([Group.objects.get(name="operations viewer")])
    call, _ = ringing()
    for act in (SEND, END, acts.WRITE, "agents_off", "format_the_disk"):
        with pytest.raises(Refused, match="You may not do this"):
            begin(sue.pk, act, call.pk, {}, asked="a1")
    assert asked == []
    assert [(act, data["wanted"]) for act, _, data in kept()] == [
        (audit.REFUSED, act) for act in (SEND, END, acts.WRITE, "agents_off", "format_the_disk")
    ]


@pytest.mark.parametrize("to", ["nowhere", "waits", "", None])
def test_only_approved_destinations_are_dialled(sue, asked, to):
    call, _ = ringing()
    Destination.objects.create(key="waits", name="New", number="+14155550123", awaits_approval=True)
    with pytest.raises(Refused, match="Choose another one"):
        begin(sue.pk, SEND, call.pk, {"to": to}, asked="a1")
    assert asked == []


def test_nothing_is_done_to_a_call_that_is_over(sue, asked):
    call, _ = ringing()
    calls.call_ended(call.call_uuid, by="hangup", at=call.began_at)
    with pytest.raises(Refused, match="over"):
        begin(sue.pk, END, call.pk, {}, asked="a1")


def test_who_speaks_with_a_person_is_led_on_to_another_by_one_request(sue, plivo, asked):
    call = in_a_dial()
    Destination.objects.create(key="boss", name="Boss", number="+14155550124")
    assert not begin(sue.pk, SEND, call.pk, {"to": "boss"}, asked="a1")
    [(method, path, body)] = plivo.found
    assert (method, path, body["legs"]) == ("POST", f"{call.call_uuid}/", "aleg")
    token = body["aleg_url"].partition("#")[0].rstrip("/").rpartition("/")[2]
    assert calls.document_of(token, call.call_uuid) == 1  # what the carrier would ask at the end of the dial
    call.refresh_from_db()
    assert call.pending == {"do": "transfer", "destination": "boss", "ring_seconds": 30, "by": DESK}
    assert CallEvent.objects.get(kind="transfer").data == {"destination": "boss", "by": DESK}
    assert asked == []


def test_where_the_flow_has_its_talks_written_down_so_is_the_one_that_the_desk_leads_to(sue, plivo):
    call = in_a_dial(GIVEN)
    listening = flow_of(put=("transfer", {"destination": "desk", "listens": True}, BACK), bye=("hang_up", "Goodbye."))
    type(call.version).objects.filter(pk=call.version_id).update(snapshot=dump(listening))
    Destination.objects.create(key="boss", name="Boss", number="+14155550124")
    begin(sue.pk, SEND, call.pk, {"to": "boss"}, asked="a1")
    call.refresh_from_db()
    assert call.pending["listens"] is True


def test_a_talk_is_written_down_from_now_on_by_one_request(sue, plivo, asked):
    call = in_a_dial(GIVEN)
    assert not begin(sue.pk, acts.WRITE, call.pk, {}, asked="a1")
    [(method, path, body)] = plivo.found
    assert (method, path, body["audio_track"]) == ("POST", f"{call.call_uuid}/Stream/", "both")
    assert kept() == [(acts.WRITE, call.call_uuid, {})]
    assert asked == []


def test_nothing_is_written_down_of_who_did_not_agree_or_talks_with_nobody(sue, plivo):
    with pytest.raises(Refused, match="was not told that somebody listens"):
        begin(sue.pk, acts.WRITE, in_a_dial().pk, {}, asked="a1")
    Call.objects.update(pending={})
    with pytest.raises(Refused, match="Nobody is talking"):
        begin(sue.pk, acts.WRITE, Call.objects.get().pk, {}, asked="a1")
    assert plivo.found == []


def test_a_conversation_is_ended_by_one_request(sue, plivo):
    call = in_a_dial()
    assert not begin(sue.pk, END, call.pk, {}, asked="a1")
    call.refresh_from_db()
    assert call.pending == {"do": "farewell", "reason": ENDED}


@pytest.mark.parametrize(
    ("answer", "stays", "why"),
    [
        (httpx2.Response(404), True, "over"),
        (httpx2.Response(400, json={"error": "no"}), True, "refused"),
        (httpx2.ConnectError("away"), True, "cannot be reached"),
        (httpx2.ReadTimeout("late"), False, "did not say"),
    ],
    ids=["over", "refused", "away", "late"],
)
def test_what_plivo_did_not_do_leaves_the_call_as_it_was(sue, plivo, answer, stays, why):
    call = in_a_dial()
    plivo.answers.append(answer)
    with pytest.raises(Refused, match=why):
        begin(sue.pk, END, call.pk, {}, asked="a1")
    assert (Call.objects.get().pending == call.pending) is stays


def test_without_an_account_a_conversation_is_left_alone(sue, plivo, settings):
    settings.PLIVO_AUTH_ID = ""
    with pytest.raises(Refused, match="PLIVO_AUTH_ID"):
        begin(sue.pk, END, in_a_dial().pk, {}, asked="a1")


def dialled(client):
    """A call that the carrier was told to put through, and the document it is at."""
    line_with_a_transfer()
    carrier = Plivo(client)
    said = carrier.answer()
    Call.objects.update(state={"turn": 1, "step": "put"}, pending=TRANSFER, status="live")
    return carrier, document(carrier.post(said.next_url, fields("Redirect")))


def test_the_carrier_is_given_the_goodbye_where_it_is_led_and_the_same_at_the_end_of_the_dial(sue, plivo, client):
    carrier, dial = dialled(client)
    assert not begin(sue.pk, END, Call.objects.get().pk, {}, asked="a1")
    led_to = plivo.found[0][2]["aleg_url"]
    said = document(carrier.post(led_to, fields("Transfer")))
    assert said.verbs == ["Speak", "Hangup"]
    assert said["Speak"].text.startswith("We have to end this call now.")
    again = document(carrier.post(dial.next_url, fields("Dial", DialStatus="completed", DialBLegDuration="20")))
    assert again.verbs == ["Speak", "Hangup"]
    assert CallEvent.objects.filter(kind="hangup").count() == 1


def test_who_is_led_to_somebody_else_in_vain_gets_a_stream_again(sue, plivo, client):
    carrier, _ = dialled(client)
    Destination.objects.create(key="boss", name="Boss", number="+14155550124")
    begin(sue.pk, SEND, Call.objects.get().pk, {"to": "boss"}, asked="a1")
    dial = document(carrier.post(plivo.found[0][2]["aleg_url"], fields("Transfer")))
    assert dial["Dial"].find("Number").text == "+14155550124"
    back = document(carrier.post(dial.next_url, fields("Dial", DialStatus="no-answer")))
    assert back.verbs == ["Stream", "Redirect"]
    call = Call.objects.get()
    assert (call.pending, call.state["step"]) == ({"resume_with": {"event": "resumed"}}, "put")
