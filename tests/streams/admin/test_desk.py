import pytest
from django.urls import reverse

from streams.desk import audit
from streams.models import DeskAct
from tests.streams.desk.at_the_desk import signed_in as watching
from tests.streams.made import TALK, a_call, log

DESK, ACTS = reverse("admin:streams_desk"), reverse("admin:streams_deskact_changelist")
pytestmark = pytest.mark.django_db


def test_the_desk_needs_its_permission(signed_in):
    assert signed_in("view_call").get(DESK).status_code == 403
    assert signed_in("watch_calls").get(DESK).status_code == 200


def test_without_a_call_the_desk_says_what_will_appear_and_how_to_make_one(signed_in):
    page = signed_in("watch_calls").get(DESK).content.decode()
    assert "Nobody is on the line" in page
    assert "ask whoever builds your flows" in page


def test_the_page_shows_the_calls_at_once_masked_and_listening_to_who_may(signed_in, version):
    call = a_call(version=version, caller="+14155550142", began_at="2026-11-26T10:00:00Z")
    log(call, *TALK[:2])
    page = signed_in("watch_calls").get(DESK).content.decode()
    assert "Main menu" in page
    assert "••••••••0142" in page
    assert "data-ear-listen" not in page
    assert "Can listen to calls while they go on" in page
    assert "data-ear-listen" in signed_in("watch_calls", "listen_in").get(DESK).content.decode()


def test_what_was_done_at_the_desk_is_listed_also_when_the_call_is_gone(signed_in, version):
    user, _ = watching("supervisor")
    call = a_call(version=version)
    audit.note(user, call, audit.LISTENS)
    audit.note(user, call, audit.LISTENED, seconds=75)
    audit.note(user, None, "ai_off", flow=version.flow)
    assert signed_in("watch_calls").get(ACTS).status_code == 403
    page = signed_in("view_deskact").get(ACTS).content.decode()
    for words in ("began to listen", "stopped listening after 1 min 15 s", "ai off", "Main line", "sue"):
        assert words in page
    one = DeskAct.objects.first()
    assert signed_in("view_deskact").get(reverse("admin:streams_deskact_change", args=[one.pk])).status_code == 200


def test_the_page_of_a_call_that_goes_on_leads_to_it_at_the_desk(signed_in, version):
    on, over = a_call(version=version), a_call(version=version, ended=30)
    watcher = signed_in("view_call", "watch_calls")
    assert f'href="{DESK}#call-{on.pk}"' in watcher.get(on.get_absolute_url()).content.decode()
    assert "Watch at the desk" not in watcher.get(over.get_absolute_url()).content.decode()
    assert "Watch at the desk" not in signed_in("view_call").get(on.get_absolute_url()).content.decode()
