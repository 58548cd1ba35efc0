"""Past calls on the draft, on their map."""

from django.contrib.auth.models import Permission

from flows import publishing
from flows.models import FlowVersion
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.flows.admin.test_replay import CALLS, a_call, url

pytestmark = IN_A_BROWSER


def test_a_chosen_call_shows_its_two_ways_on_the_map_and_in_words(browser, live_server, builder, menu, settings):
    settings.CALL_EVENTS = "tests.flows.admin.test_replay.played"
    CALLS.clear()
    builder.user_permissions.add(Permission.objects.get(codename="view_call"))
    whole = publishing.draft(menu.flow).snapshot()
    version = FlowVersion.objects.create(flow=menu.flow, number=1, spec=1, snapshot=whole)
    for _ in range(3):
        a_call(version)
    menu.exits.filter(outcome="1").update(goes_to=menu.flow.steps.get(key="hello"))

    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + url(menu.flow))
    page.locator("html[data-drawn]").wait_for()
    drawn = page.locator(".cw-map")
    assert drawn.locator(".cw-gained").count() == 1
    assert "before: 1 · Billing" in drawn.locator(".cw-lost").get_attribute("aria-label")
    assert "−3" in drawn.locator(".cw-lost").text_content()
    page.get_by_role("button", name="Show its two ways").first.click()
    page.get_by_text("Now, numbered: Hello → Main menu → Hello").wait_for()
    assert drawn.locator(".cw-route-before").count() > 1
    assert drawn.locator(".cw-route-mark").first.text_content()
    assert barriers(page) == []
    page.get_by_role("button", name="Show its two ways").first.click()
    assert drawn.locator(".cw-route, .cw-route-before").count() == 0
    assert complaints == []
