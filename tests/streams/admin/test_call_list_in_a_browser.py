"""Call lists in a browser: rows mended on their page, and a list that runs seen to go on; narrow pages, axe."""

import pytest
from django.contrib.auth.models import Group, User

from flows.models import PhoneNumber
from streams.models import Callee, CallList
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.builders import flow_of
from tests.streams.rows import published

pytestmark = IN_A_BROWSER
LOOKS = [{}, {"width": 390, "dark": True}]
ROWS = "phone,name\n(415) 555-0142,Ann\n1.41556E+10,Ben\n"


@pytest.fixture
def olga(db):
    user = User.objects.create_user("olga", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="operations viewer")[0])
    return user


@pytest.fixture
def a_list(db):
    version = published(flow_of(start=("call_out", {}, {"next": "bye"}), bye=("hang_up", "Goodbye.")))
    return CallList.objects.create(name="L", flow=version.flow, ours=PhoneNumber.objects.get(), company="Hart Tools")


def is_wider(page):
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("look", LOOKS)
def test_a_row_is_mended_where_it_is_shown_to_be_wrong(browser, live_server, olga, a_list, look, settings):
    settings.OUTBOUND_COUNTRIES = ["US"]
    page, complaints = page_of(browser, live_server, olga, **look)
    page.goto(live_server.url + a_list.get_absolute_url())
    page.get_by_role("link", name="Add people").click()
    page.get_by_label("Or paste the rows here").fill(ROWS)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Excel has cut this number").wait_for()
    assert (barriers(page), is_wider(page)) == ([], False)
    page.get_by_label("The rows of the file").fill(ROWS.replace("1.41556E+10", "415 555 0143"))
    page.get_by_role("button", name="Look again").click()
    page.get_by_role("button", name="Take these 2 numbers").click()
    page.get_by_text("2 numbers added.").wait_for()
    assert (barriers(page), is_wider(page), complaints) == ([], False, [])


def test_a_list_that_runs_is_seen_to_go_on_and_asks_once_more_before_it_ends_for_good(
    browser, live_server, olga, a_list
):
    callee = Callee.objects.create(call_list=a_list, number="+14155550142")
    CallList.objects.update(state="running")
    page, complaints = page_of(browser, live_server, olga)
    page.clock.install()
    page.goto(live_server.url + a_list.get_absolute_url())
    page.get_by_text("0 % of 1 done: 1 waiting.").wait_for()
    Callee.objects.filter(pk=callee.pk).update(state="reached")
    page.clock.run_for(9000)
    page.get_by_text("100 % of 1 done: 1 reached.").wait_for()
    page.get_by_text("Stop for good").click()
    page.clock.run_for(9000)  # what somebody is at stays as it is
    page.get_by_role("button", name="Stop it").click()
    page.get_by_text("It is stopped for good").wait_for()
    assert (barriers(page), complaints) == ([], [])
