"""Test calls in a real browser: written, mended, proposed; past calls played; wide and narrow, light and dark."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from flows import publishing
from flows.models import FlowVersion, TestCall
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.flows.admin import test_replay

pytestmark = IN_A_BROWSER

SCREENS = [(1440, False), (390, True)]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_builder_writes_a_test_mends_it_and_takes_what_is_proposed(browser, live_server, builder, menu):
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + menu.flow.get_absolute_url())
    page.get_by_role("link", name="Test calls").click()
    new = page.get_by_label("Add a test call")
    new.get_by_label("Name").fill("Billing")
    new.get_by_label("Lines").fill("caller presses 1\nhears “paid in full”")
    new.get_by_role("button", name="Add").click()
    card = page.get_by_label("Billing", exact=True)
    card.get_by_text("Callers heard “Goodbye.” instead.").wait_for()
    card.get_by_text("What happened, and change it").click()
    card.get_by_label("Lines").fill("caller presses 1\nhears goodbye\nends")
    card.get_by_role("button", name="Save").click()
    card.get_by_text("passes").wait_for()
    page.get_by_role("link", name="Propose tests for 3 untested exits").click()
    page.get_by_role("button", name="Add those ticked").click()
    page.get_by_text("4 of 4 pass, and walk 100% of the exits").wait_for()
    assert complaints == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_everybody_can_use_the_pages(browser, live_server, builder, menu, settings, width, dark):
    settings.CALL_EVENTS = "tests.flows.admin.test_replay.played"
    flow = menu.flow
    builder.user_permissions.add(Permission.objects.get(codename="view_call"))
    TestCall.objects.create(flow=flow, name="Sales", lines="caller says sales\nhears “sales desk”")
    test_replay.CALLS.clear()
    whole = publishing.draft(flow).snapshot()
    test_replay.a_call(FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=whole))
    menu.exits.filter(outcome="1").update(goes_to=flow.steps.get(key="hello"))
    page, complaints = page_of(browser, live_server, builder, width=width, dark=dark)
    for address in (reverse("admin:flows_flow_tests", args=[flow.pk]) + "?propose", test_replay.url(flow)):
        page.goto(live_server.url + address)
        for more in page.locator("main details").all():
            more.evaluate("each => { each.open = true; }")
        assert barriers(page) == []
        assert fits(page)
    assert complaints == []
