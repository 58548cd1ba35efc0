"""The page “Morning report”."""

import pytest
from django.contrib.auth.models import User
from django.core import mail as post

from streams.models import MorningMail
from tests.streams.admin.test_call import text_of

PAGE = "/admin/streams/call/mornings/"
WISH = {"do": "keep", "at": "06:30", "days": ["0", "1"]}


@pytest.fixture
def client(signed_in):
    client = signed_in("view_call")
    User.objects.update(email="olga@example.com")
    return client


def test_a_person_asks_for_it_changes_it_and_stops_it(client):
    told = text_of(client.post(PAGE, WISH, follow=True))
    assert "It comes to olga@example.com at 06:30" in told
    client.post(PAGE, WISH | {"at": "08:00"})
    mail = MorningMail.objects.get()
    assert (mail.at.hour, mail.days, mail.wanted) == (8, [0, 1], True)
    assert "No more mails come" in text_of(client.post(PAGE, {"do": "stop"}, follow=True))
    assert not MorningMail.objects.get().wanted
    client.post(PAGE, WISH)
    assert MorningMail.objects.get().wanted


def test_one_can_be_sent_now_and_is_shown_as_it_will_be(client):
    client.post(PAGE, WISH)
    assert "0 calls" in text_of(client.get(PAGE))
    assert "on its way to olga@example.com" in text_of(client.post(PAGE, {"do": "try"}, follow=True))
    assert len(post.outbox) == 1


def test_a_server_that_cannot_be_reached_is_said(client, monkeypatch):
    client.post(PAGE, WISH)

    def fails(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", fails)
    assert "could not be sent" in text_of(client.post(PAGE, {"do": "try"}, follow=True))


@pytest.mark.parametrize("change", [{"days": []}, {"at": "soon"}, {"days": ["9"]}])
def test_a_wish_that_cannot_be_kept_is_not(client, change):
    assert client.post(PAGE, WISH | change).status_code == 200
    assert not MorningMail.objects.exists()


def test_the_page_says_whether_mail_is_set_up_and_has_an_address(client, settings):
    assert "Mail is not set up" in text_of(client.get(PAGE))
    settings.MAIL_IS_SET_UP = True
    User.objects.update(email="")
    told = text_of(client.get(PAGE))
    assert "Mail is not set up" not in told
    assert "You have no e-mail address here" in told


def test_it_is_for_who_may_see_calls(signed_in):
    assert signed_in("view_rate").get(PAGE).status_code == 403
