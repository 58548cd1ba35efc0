"""Listening in on a live call by the carrier's REST door, and what a person at the desk is told when it cannot be."""

import httpx2
import pytest
from django.utils import timezone

from streams import calls
from streams.carriers import at_hand
from streams.event_log import Entry
from streams.listening import consent, ordering, start, stopping
from streams.models import Call, ListenOrder
from streams.signs_of_life import SILENT_AFTER
from tests.streams.listening.conversation import GIVEN, talking

pytestmark = pytest.mark.django_db


def test_one_request_begins_a_stream_that_only_listens(door, django_user_model):
    call, olga = talking(GIVEN), django_user_model.objects.create_user("olga")
    assert start.listen_now(call, olga) == ""
    [(method, path, body)] = door.requests
    assert (method, path) == ("POST", f"{call.call_uuid}/Stream/")
    assert (body["bidirectional"], body["audio_track"]) == (False, "both")
    order = ListenOrder.objects.get()
    assert (order.how, order.by, order.step, order.closed_at) == ("api", olga, "put", None)
    token = body["service_url"].rstrip("/").rpartition("/")[2]
    assert ordering.find(token).order_pk == order.pk
    assert body["status_callback_url"].endswith(f"/{ordering.status_token(order.pk, call.call_uuid)}/")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"pending": {}}, start.NOBODY_TALKS),
        ({"pending": {"do": "transfer", "destination": "desk"}}, start.NOBODY_TALKS),
        ({"status": "ended"}, start.NOBODY_TALKS),
    ],
    ids=["in the menu", "not dialled yet", "over"],
)
def test_only_a_conversation_is_listened_to(door, changed, why):
    call = talking(GIVEN)
    Call.objects.update(**changed)
    assert start.listen_now(call, None) == why
    assert door.requests == []


def test_without_consent_nobody_listens_in(door):
    why = consent.WHY_NOT[consent.CONSENT_REFUSED]
    assert start.listen_now(talking(GIVEN, Entry(at=2.0, kind="consent_refused")), None) == why
    assert (door.requests, ListenOrder.objects.count()) == ([], 0)


def test_without_an_account_the_sentence_says_what_to_set(door, settings):
    settings.PLIVO_AUTH_ID = ""
    assert start.listen_now(talking(GIVEN), None) == at_hand.NOBODY


def test_a_call_that_is_listened_to_is_not_listened_to_twice(door):
    call = talking(GIVEN)
    order = ordering.order(call, ListenOrder.How.DIAL, at=call.answered_at)
    call.streams.create(stream_id="s-1", bidirectional=False, started_at=order.began_at)
    Call.objects.update(last_heard_at=timezone.now())
    assert start.listen_now(call, None) == start.ALREADY


def test_who_listened_and_gives_no_sign_any_more_died_and_does_not_stand_in_the_way(door):
    call = talking(GIVEN)
    before = timezone.now() - SILENT_AFTER
    ListenOrder.objects.create(call=call, how=ListenOrder.How.DIAL, began_at=before, expires_at=before, binds=1)
    call.streams.create(stream_id="s-1", bidirectional=False, started_at=before)
    Call.objects.update(last_heard_at=before)
    assert start.listen_now(call, None) == ""
    assert len(door.requests) == 1


def test_what_was_just_asked_for_is_not_turned_away_by_asking_again(door):
    call = talking(GIVEN)
    assert start.listen_now(call, None) == ""
    assert start.listen_now(call, None) == start.BEGINS
    assert (len(door.requests), ListenOrder.objects.filter(closed_at=None).count()) == (1, 1)
    ListenOrder.objects.update(began_at=call.answered_at - start.COMES_WITHIN)
    assert start.listen_now(call, None) == ""


def test_a_refusal_is_told_and_its_token_is_worth_nothing(door):
    door.answers = [httpx2.Response(400, json={"error": "there is an active stream already"})]
    assert "there is an active stream already" in start.listen_now(talking(GIVEN), None)
    assert ListenOrder.objects.get().closed_at is not None


@pytest.mark.parametrize("trouble", [httpx2.ReadTimeout("late"), httpx2.Response(503)], ids=["no answer", "503"])
def test_what_may_have_begun_all_the_same_is_taken_when_it_comes_and_never_asked_for_twice(door, trouble):
    door.answers = [trouble]
    assert start.listen_now(talking(GIVEN), None) == start.NOT_KNOWN
    assert (len(door.requests), ListenOrder.objects.get().closed_at) == (1, None)


# --- Ending ------------------------------------------------------------------------------------------------------


def heard_of(call, *kinds, source="socket", stream_id="s-1"):
    order = ListenOrder.objects.filter(call=call).first()
    for kind in kinds:
        calls.note_stream(
            call,
            source=source,
            dedupe_key=f"{stream_id}:{kind}:{source}",
            stream_id=stream_id,
            kind=kind,
            at=order.began_at,
            listen_order=order.pk,
        )


def test_ending_it_closes_the_order_and_asks_the_sockets(door, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(stopping.news, "ask", lambda pk, act: asked.append(act))
    call = talking(GIVEN)
    start.listen_now(call, None)
    with django_capture_on_commit_callbacks(execute=True):
        ordering.over(call, at=timezone.now())
    assert (asked, ListenOrder.objects.get().closed_at is not None) == ([stopping.STOP], True)


def test_the_carrier_is_asked_to_end_only_what_told_no_end(door):
    call = talking(GIVEN)
    ordering.order(call, ListenOrder.How.DIAL, at=call.answered_at)
    heard_of(call, "start")
    heard_of(call, "start", "stop", stream_id="s-2")
    assert stopping.stop_by_request(call.pk) == 0  # it is still wanted
    ordering.over(call, at=timezone.now())
    heard_of(call, "stop", source="hangup")  # our own guess is no end
    assert stopping.stop_by_request(call.pk) == 1
    assert [request[:2] for request in door.requests] == [("DELETE", f"{call.call_uuid}/Stream/s-1/")]


@pytest.mark.parametrize("status", [404, 500])
def test_a_stream_that_is_over_already_or_a_carrier_in_trouble_is_no_error(door, status):
    call = talking(GIVEN)
    ordering.order(call, ListenOrder.How.DIAL, at=call.answered_at)
    heard_of(call, "start")
    ordering.over(call, at=timezone.now())
    door.answers = [httpx2.Response(status)]
    assert stopping.stop_by_request(call.pk) == 1
