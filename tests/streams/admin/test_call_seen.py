"""The pages that tell who saw the numbers of calls, and which links were shared."""

import pytest
from django.test import Client
from django.urls import reverse

from streams.models import SharedLink, Unmasking
from streams.sharing.links import Shown, share
from streams.sharing.unmasking import unmask
from tests.streams.admin.test_call import page_of, text_of
from tests.streams.made import a_call

UNMASKED, LINKS = "/admin/streams/unmasking/", "/admin/streams/sharedlink/"
REASON = "The caller asked which number we have."


@pytest.fixture
def seen(signed_in, finished):
    """A call that somebody unmasked, and shared by a link that was opened once."""
    call = finished(caller="+14155550142")
    signed_in("view_call", "unmask_call").post(f"/admin/streams/call/{call.pk}/unmask/", {"reason": REASON})
    _link, token = share(call, Unmasking.objects.get().by, Shown(words=True, note="Quality circle"))
    Client(REMOTE_ADDR="203.0.113.9").get(f"/shared/{token}/")
    return call


def test_who_looked_at_which_call_and_why_is_listed(signed_in, seen):
    told = text_of(signed_in("view_unmasking", "view_call").get(UNMASKED))
    for words in (Unmasking.objects.get().seen_by, "Wed 22 Nov, 12:00", "telephone numbers", REASON):
        assert words in told
    assert "+14155550142" not in told


def test_each_link_is_listed_with_its_openings(signed_in, seen):
    client = signed_in("view_sharedlink", "view_call")
    told = text_of(client.get(LINKS))
    for words in ("Quality circle", "with what was said", "good until", "opened once"):
        assert words in told
    one = text_of(client.get(reverse("admin:streams_sharedlink_change", args=[SharedLink.objects.get().pk])))
    assert "from 203.0.113.0/24" in one


@pytest.mark.parametrize("address", [UNMASKED, LINKS])
def test_nobody_changes_or_deletes_any_of_it(signed_in, seen, address):
    acts = [f"{act}_{what}" for act in ("view", "change", "delete", "add") for what in ("unmasking", "sharedlink")]
    client = signed_in(*acts)
    pk = (Unmasking if "unmasking" in address else SharedLink).objects.get().pk
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(f"{address}{pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{address}{pk}/change/", {"reason": "none", "note": "none"}).status_code == 403
    client.post(address, {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert Unmasking.objects.get().reason == REASON
    assert SharedLink.objects.get().note == "Quality circle"


def test_rows_of_a_call_that_is_gone_stay(signed_in, admin_user):
    call = a_call(ended=60)  # one that cost nothing: what was charged is there for ever
    unmask(call, admin_user, REASON, digits=False)
    share(call, admin_user, Shown())
    name = call.call_uuid
    call.delete()
    client = signed_in("view_unmasking", "view_sharedlink")
    for address in (UNMASKED, LINKS):
        assert f"{name} (gone)" in text_of(client.get(address))


@pytest.mark.parametrize("address", [UNMASKED, LINKS])
def test_an_empty_list_says_what_will_appear(signed_in, db, address):
    assert "appears here." in text_of(signed_in("view_unmasking", "view_sharedlink").get(address))


@pytest.mark.parametrize("address", [UNMASKED, LINKS])
def test_without_the_permission_there_is_nothing_to_see(signed_in, seen, address):
    assert signed_in("view_call").get(address).status_code == 403


@pytest.mark.parametrize("address", [UNMASKED, LINKS])
def test_many_rows_take_as_many_queries_as_one(signed_in, seen, address, django_assert_max_num_queries):
    for _ in range(10):
        share(seen, Unmasking.objects.first().by, Shown())
    client = signed_in("view_unmasking", "view_sharedlink")
    with django_assert_max_num_queries(12):
        client.get(address)


def test_the_page_of_a_call_leads_nobody_astray(signed_in, seen):
    assert "Shared links" not in text_of(signed_in("view_call").get(page_of(seen)))
    assert "Shared links" in text_of(signed_in("view_call", "view_sharedlink").get(page_of(seen)))
