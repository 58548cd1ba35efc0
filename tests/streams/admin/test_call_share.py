"""Sharing a call from its page: making a link, seeing it once, listing and revoking it."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from streams.models import SharedLink
from tests.streams.admin.test_call import page_of, text_of

MAY = ("view_call", "share_call", "view_transcript", "view_charge")


@pytest.fixture(autouse=True)
def nobody_guessed_yet():
    cache.clear()


def share(client, call, **asked):
    return client.post(f"/admin/streams/call/{call.pk}/share/", asked)


def address_in(response):
    """The path of the link that the page shows."""
    whole = re.search(r'value="(http[^"]+/shared/[^"]+)"', response.content.decode())[1]
    return whole.removeprefix("http://testserver")


def test_a_button_makes_a_link_that_is_shown_once(signed_in, finished):
    call, client = finished(), signed_in(*MAY)
    response = share(client, call, note="Quality circle")
    told = text_of(response)
    assert "It is shown only now: the site does not keep it." in told
    assert "no-store" in response["Cache-Control"]
    opened = Client().get(address_in(response))
    assert opened.status_code == 200
    assert "my drill" not in text_of(opened)
    token = address_in(response).split("/")[2]
    assert token not in client.get(page_of(call)).content.decode()


def test_it_is_good_for_a_week_unless_somebody_chooses_otherwise(signed_in, finished):
    call, client = finished(), signed_in(*MAY)
    for days in ({}, {"days": "1"}, {"days": "4000"}, {"days": "x"}):
        share(client, call, **days)
    kept = [round((link.expires_at - timezone.now()) / timedelta(days=1)) for link in SharedLink.objects.order_by("pk")]
    assert kept == [7, 1, 7, 7]


def test_words_and_costs_are_shared_where_that_is_ticked(signed_in, finished):
    response = share(signed_in(*MAY), finished(), words="1", costs="1")
    told = text_of(Client().get(address_in(response)))
    assert "my drill arrived broken" in told
    assert "¢" in told


def test_nobody_shares_what_they_may_not_see_themselves(signed_in, finished):
    client, call = signed_in("view_call", "share_call"), finished()
    page = client.get(page_of(call)).content.decode()
    assert 'name="words"' not in page
    assert 'name="costs"' not in page
    told = text_of(Client().get(address_in(share(client, call, words="1", costs="1"))))
    assert "drill" not in told
    assert "¢" not in told


def test_the_page_lists_its_links_with_who_made_them_and_how_often_they_were_opened(signed_in, finished):
    client, call = signed_in(*MAY), finished()
    address = address_in(share(client, call, note="Quality circle", words="1"))
    assert "Quality circle good until" in text_of(client.get(page_of(call)))
    assert "never opened" in text_of(client.get(page_of(call)))
    for _ in range(2):
        Client().get(address)
    told = text_of(client.get(page_of(call)))
    assert "with what was said; opened 2 times, last" in told
    assert SharedLink.objects.get().made_by in told


def test_a_revoked_link_opens_nothing_and_says_who_revoked_it(signed_in, finished):
    client, call = signed_in(*MAY), finished()
    address = address_in(share(client, call))
    link = SharedLink.objects.get()
    told = text_of(client.post(f"/admin/streams/call/{call.pk}/share/{link.pk}/revoke/", follow=True))
    assert "The link opens nothing any more." in told
    assert "revoked" in told
    assert f"by {link.made_by}" in told
    assert Client().get(address).status_code == 404


def test_a_link_of_another_call_is_not_revoked_here(signed_in, finished):
    client, call, other = signed_in(*MAY), finished(), finished()
    share(client, call)
    link = SharedLink.objects.get()
    assert client.post(f"/admin/streams/call/{other.pk}/share/{link.pk}/revoke/").status_code == 404
    assert SharedLink.objects.get().revoked_at is None


def test_who_may_not_share_is_not_offered_it_and_is_refused(signed_in, finished):
    call, client = finished(), signed_in("view_call", "view_transcript")
    assert "Share, masked" not in text_of(client.get(page_of(call)))
    assert share(client, call).status_code == 403
    assert share(signed_in("share_call"), call).status_code == 403
    assert signed_in(*MAY).get(f"/admin/streams/call/{call.pk}/share/").status_code == 405
    assert not SharedLink.objects.exists()


def test_hostile_words_in_a_note_are_shown_and_not_obeyed(signed_in, finished):
    client, call = signed_in(*MAY), finished()
    share(client, call, note="<script>alert(1)</script>")
    for address in (page_of(call), "/admin/streams/sharedlink/"):
        assert "<script>alert" not in client.get(address).content.decode()
