"""Text messages: one request each, again only when the carrier surely never took it."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from streams import tasks, texts
from streams.carriers import plivo_api
from streams.models import MAX_TRIES, TextMessage
from streams.models.notes import TextStatus
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db
TAKEN = httpx2.Response(202, json={"message": "message(s) queued", "message_uuid": ["abc-1"], "api_id": "x"})


@pytest.fixture
def plivo(monkeypatch, settings):
    """The carrier's side: what it answers, and what it was asked."""
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = "MAXXXXXXXXXXXXXXXXXX", "token"

    class Plivo:
        asked, answer = [], TAKEN

    Plivo.asked = []

    def handle(request):
        Plivo.asked.append(request)
        if isinstance(Plivo.answer, Exception):
            raise Plivo.answer
        return Plivo.answer

    class Account(plivo_api.Account):
        def __init__(self, auth_id, token):
            super().__init__(auth_id, token, transport=httpx2.MockTransport(handle))

    monkeypatch.setattr(texts, "Account", Account)
    return Plivo


def waiting(**about):
    given = {"name": "Directions", "to": "+14155550142", "text": "1 Main Street.", **about}
    return TextMessage.objects.create(call=a_call(called="+14155550199"), **given)


def test_it_is_sent_from_the_line_to_the_caller_with_one_request(plivo):
    message = waiting()
    tasks.send_text(message.pk)
    tasks.send_text(message.pk)
    (request,) = plivo.asked
    assert request.url.path == "/v1/Account/MAXXXXXXXXXXXXXXXXXX/Message/"
    assert json.loads(request.content) == {
        "src": "14155550199",
        "dst": "14155550142",
        "text": "1 Main Street.",
        "type": "sms",
    }
    message.refresh_from_db()
    assert (message.status, message.sid, message.error) == (TextStatus.SENT, "abc-1", "")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (httpx2.ConnectError("no route"), TextStatus.QUEUED),
        (httpx2.ConnectTimeout("slow"), TextStatus.QUEUED),
        (httpx2.Response(429), TextStatus.QUEUED),
        (httpx2.Response(400, json={"error": "invalid dst"}), TextStatus.FAILED),
        (httpx2.Response(401), TextStatus.FAILED),
        (httpx2.ReadTimeout("late"), TextStatus.UNCLEAR),
        (httpx2.RemoteProtocolError("cut"), TextStatus.UNCLEAR),
        (httpx2.Response(500), TextStatus.UNCLEAR),
        (httpx2.Response(503), TextStatus.UNCLEAR),
        (httpx2.Response(200, content=b"<html>"), TextStatus.UNCLEAR),
    ],
)
def test_it_is_tried_again_only_when_it_was_surely_not_taken(plivo, answer, status):
    plivo.answer = answer
    message = waiting()
    assert texts.send(message.pk) == status
    assert len(plivo.asked) == 1
    message.refresh_from_db()
    assert message.error
    plivo.answer = TAKEN
    texts.send(message.pk)
    assert len(plivo.asked) == (2 if status == TextStatus.QUEUED else 1)


def test_after_too_many_tries_it_is_given_up(plivo):
    plivo.answer = httpx2.ConnectError("no route")
    message = waiting(attempts=MAX_TRIES - 1)
    assert texts.send(message.pk) == TextStatus.FAILED


def test_without_an_account_it_says_so(settings):
    settings.PLIVO_AUTH_ID = ""
    message = waiting()
    assert texts.send(message.pk) == TextStatus.FAILED
    assert "PLIVO_AUTH_ID" in TextMessage.objects.get().error


def test_the_sweeper_rings_for_what_waits_and_gives_up_what_was_broken_off(monkeypatch):
    rung, now = [], datetime.now(UTC)
    monkeypatch.setattr(texts, "ring", rung.append)
    old = waiting(created_at=now - timedelta(minutes=1))
    waiting(created_at=now)
    waiting(attempts=3, tried_at=now - timedelta(minutes=1))  # its pause is two minutes
    lost = waiting(status=TextStatus.SENDING, tried_at=now - timedelta(minutes=6))
    assert texts.send_waiting(now) == 2
    assert rung == [old.pk]
    lost.refresh_from_db()
    assert lost.status == TextStatus.UNCLEAR
    assert texts.send(lost.pk) == TextStatus.UNCLEAR
