"""Call-backs: what needs a person first, by whom it is called or closed, seen only as far as one may see."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from streams.callbacks import due, timing
from streams.models import CallbackRequest
from tests.flows.pages import text_of
from tests.streams.made import a_call

LIST = "admin:streams_callbackrequest_changelist"
SEES = ("view_callbackrequest", "view_call", "view_transcript")
MAY = (*SEES, "handle_callbackrequest")


def a_request(key, **about):
    given = {"number": f"+1415555014{key}", "destination": "desk", "about": f"About {key}", **about}
    row = CallbackRequest.objects.create(call=a_call(), dedupe_key=str(key), ours="+14155550199", **given)
    row.attempts.create(number=row.number, result="busy", ordered_at=datetime(2026, 11, 23, 18, 0, tzinfo=UTC))
    return row


@pytest.fixture
def waiting(db):
    return a_request(2)


def act(client, row, name):
    return text_of(client.post(reverse("admin:streams_callbackrequest_act", args=[row.pk, name]), follow=True))


def test_what_needs_a_person_comes_first_and_attempts_stand_in_words(signed_in, waiting):
    a_request(3, state="reached")
    a_request(4, state="gave-up")
    shown = text_of(signed_in(*MAY).get(reverse(LIST)))
    assert shown.index("About 4") < shown.index("About 2") < shown.index("About 3")
    assert "the line was busy" in shown
    assert "+14155550142" in shown


def test_an_empty_list_says_what_will_be_here(signed_in, db):
    assert "Nobody waits to be called back" in text_of(signed_in(*SEES).get(reverse(LIST)))


def test_who_may_only_look_sees_masked_numbers_and_no_button(signed_in, waiting):
    client = signed_in(*SEES)
    for address in (reverse(LIST), waiting.get_absolute_url()):
        shown = text_of(client.get(address))
        assert "+14155550142" not in shown
        assert "•0142" in shown
        assert "Call now" not in shown
    address = reverse("admin:streams_callbackrequest_act", args=[waiting.pk, "withdraw"])
    assert client.post(address).status_code == 403


def test_call_now_rings_the_worker_and_says_why_not_when_it_may_not(signed_in, waiting, settings, monkeypatch):
    rung, client = [], signed_in(*MAY)
    monkeypatch.setattr(due, "ring", lambda pk, by_hand: rung.append(pk))
    settings.PLIVO_AUTH_ID = ""
    assert "PLIVO_AUTH_ID" in act(client, waiting, "call")
    settings.PLIVO_AUTH_ID = "MAXXXXXXXXXXXXXXXXXX"
    monkeypatch.setattr(timing, "may_be_called_at", lambda row, now, by_hand: None)
    assert "may not be called" in act(client, waiting, "call")
    assert rung == []
    monkeypatch.setattr(timing, "may_be_called_at", lambda row, now, by_hand: now)
    assert "They are being called" in act(client, waiting, "call")
    assert rung == [waiting.pk]


@pytest.mark.parametrize(("name", "state"), [("finish", "done"), ("withdraw", "withdrawn")])
def test_it_is_closed_once_and_who_did_it_is_kept(signed_in, waiting, name, state):
    client = signed_in(*MAY)
    act(client, waiting, name)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done_by.username.startswith("user-")) == (state, True)
    assert "closed before" in act(client, waiting, "finish")
    assert LogEntry.objects.count() == 1


def test_the_page_of_its_call_leads_to_it(signed_in, waiting):
    again, outbound = a_call(), a_call()
    waiting.also_on.add(again)
    waiting.attempts.create(number=waiting.number, call=outbound, result="busy")
    client = signed_in(*MAY)
    for call in (waiting.call, again, outbound):
        assert client.get(call.get_absolute_url()).content.decode().count(waiting.get_absolute_url()) == 1


def test_more_rows_ask_no_more_queries(signed_in, waiting):
    client = signed_in(*MAY)
    client.get(reverse(LIST))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse(LIST))
    for key in (3, 4, 5):
        a_request(key)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(LIST))
    assert len(many) == len(few)
