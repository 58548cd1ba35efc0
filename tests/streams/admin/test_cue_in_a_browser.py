"""Cues and the talk of a call in a browser: trying a sentence by keys, links into the transcript, narrow pages, axe."""

import pytest
from django.contrib.auth.models import Group, User

from streams.listening.shipped import ship_cues
from streams.models import Cue
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.streams.listening.talks import a_talk

pytestmark = IN_A_BROWSER
LOOKS = [{}, {"width": 390, "dark": True}]


@pytest.fixture
def sam(db):
    Cue.objects.all().delete()
    ship_cues()
    user = User.objects.create_user("sam", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="supervisor")[0])
    return user


def is_wider(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("look", LOOKS)
def test_a_sentence_is_tried_by_keys(browser, live_server, sam, look):
    page, complaints = page_of(browser, live_server, sam, **look)
    page.goto(f"{live_server.url}/admin/streams/cue/")
    page.get_by_label("What they say").fill("I am cancelling")
    page.keyboard.press("Enter")
    page.get_by_text("It would mark the call:").wait_for()
    assert page.url.endswith("/cue/try/")
    assert (barriers(page), is_wider(page)) == ([], False)
    page.goto(f"{live_server.url}/admin/streams/cue/add/")
    assert (barriers(page), is_wider(page), complaints) == ([], False, [])


@pytest.mark.parametrize("look", LOOKS)
def test_a_figure_leads_to_its_line_of_the_transcript(browser, live_server, sam, look):
    call = a_talk()
    page, complaints = page_of(browser, live_server, sam, **look)
    page.goto(live_server.url + call.get_absolute_url())
    page.get_by_text("What these figures mean").click()
    page.locator(".cw-talk").get_by_role("link", name="0:14").last.click()
    assert page.locator(".cw-said li:target").inner_text().endswith("I'll send you a better offer by Friday.")
    assert (barriers(page), is_wider(page), complaints) == ([], False, [])
