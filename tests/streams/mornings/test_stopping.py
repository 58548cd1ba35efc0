"""“Stop these mails”, from a mail, without signing in."""

import pytest
from django.core import signing
from django.test import Client

from streams.models import MorningMail
from streams.mornings import links

pytestmark = pytest.mark.django_db


def path_of(mail):
    return links.stop(mail.pk).partition("://")[2].partition("/")[2].join(["/", ""])


def test_looking_changes_nothing_and_pressing_stops_them(wish):
    mail = wish()
    client = Client(enforce_csrf_checks=True)
    assert b"Stop these mails" in client.get(path_of(mail)).content
    assert MorningMail.objects.get().wanted
    response = client.post(path_of(mail))
    assert b"No more morning reports come" in response.content
    assert not MorningMail.objects.get().wanted
    assert client.post(path_of(mail)).status_code == 200


def test_a_mail_program_stops_them_by_itself(wish):
    mail = wish()
    Client(enforce_csrf_checks=True).post(path_of(mail), {"List-Unsubscribe": "One-Click"})
    assert not MorningMail.objects.get().wanted


MADE_UP = {
    "no signature": lambda: "x",
    "signed for something else": lambda: signing.dumps(1),
    "nobody’s": lambda: signing.dumps(99999, salt=links.SALT),
}


@pytest.mark.parametrize("token", MADE_UP.values(), ids=list(MADE_UP))
def test_a_made_up_link_stops_nothing(wish, token):
    wish()
    assert Client().post(f"/mail/stop/{token()}/").status_code == 404
    assert MorningMail.objects.get().wanted
