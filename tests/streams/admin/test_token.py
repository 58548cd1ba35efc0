"""The page “API”: tokens are made, shown once, and revoked."""

import re

import pytest
from django.test import Client

from streams.models import ApiToken
from tests.streams.admin.test_call import text_of

PAGE = "/admin/streams/call/tokens/"
MAKES = ("view_apitoken", "add_apitoken", "change_apitoken", "view_call")
NEW = {"do": "make", "name": "Books", "days": "90", "scopes": ["calls"]}


def secret_in(response):
    return re.search(r"cw_[\w-]{40,}", response.content.decode())


def test_a_token_is_shown_once_and_works_until_it_is_revoked(signed_in):
    client = signed_in(*MAKES)
    response = client.post(PAGE, NEW)
    secret = secret_in(response)[0]
    assert "no-store" in response["Cache-Control"]
    assert not secret_in(client.get(PAGE))

    def asks():
        return Client().get("/api/calls", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert asks() == 200
    told = text_of(client.get(PAGE))
    assert "Books cw_…" + secret[-4:] in told
    assert " never " not in told.partition("Tokens Program")[2]
    client.post(PAGE, {"do": "revoke", "token": ApiToken.objects.get().pk})
    assert asks() == 401
    assert "revoked" in text_of(client.get(PAGE))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scopes": []}, "Choose what"),
        ({"scopes": ["charges"]}, "may not do yourself"),
        ({"days": "9999"}, "a year at most"),
    ],
)
def test_what_cannot_be_given_is_said(signed_in, change, says):
    assert says in text_of(signed_in(*MAKES).post(PAGE, NEW | change))
    assert not ApiToken.objects.exists()


def test_only_scopes_that_the_person_has_are_offered(signed_in):
    told = text_of(signed_in(*MAKES).get(PAGE))
    assert "read calls" in told
    assert "read charges" not in told
    assert "whole telephone numbers" not in told


def test_seeing_making_and_revoking_are_three_permissions(signed_in):
    maker = signed_in(*MAKES)
    maker.post(PAGE, NEW)
    reader = signed_in("view_apitoken", "view_call")
    assert reader.get(PAGE).status_code == 200
    assert reader.post(PAGE, NEW).status_code == 403
    assert reader.post(PAGE, {"do": "revoke", "token": ApiToken.objects.get().pk}).status_code == 403
    assert reader.post(PAGE, {"do": "lunch"}).status_code == 403
    assert signed_in("view_call").get(PAGE).status_code == 403


def test_without_tokens_the_page_says_what_will_appear(signed_in):
    assert "Each token appears here" in text_of(signed_in(*MAKES).get(PAGE))
