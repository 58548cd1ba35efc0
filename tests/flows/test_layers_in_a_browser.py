"""The layers of the map as a builder meets them: figures on the map, in the list and in the panel."""

import pytest
from django.contrib.auth.models import Permission

from flows.models import TestCall
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.flows.admin.test_studio_layers import SPENT, TRAFFIC, past

pytestmark = IN_A_BROWSER


@pytest.fixture
def watcher(builder):
    builder.user_permissions.set(Permission.objects.filter(codename__in=["view_call", "view_charge"]))
    return builder


@pytest.fixture
def studio(browser, live_server, watcher, menu, settings):
    settings.CALL_TRAFFIC = "tests.flows.admin.test_studio_layers.counted"
    settings.CALL_COSTS = "tests.flows.admin.test_studio_layers.billed"
    past.update(traffic=TRAFFIC, spent=SPENT)
    page, complaints = page_of(browser, live_server, watcher)
    page.goto(live_server.url + menu.flow.get_absolute_url())
    page.locator("html[data-drawn]").wait_for()
    yield page
    page.evaluate("localStorage.clear()")
    assert complaints == []


def choose(page, layer):
    page.locator("html[data-drawn]").wait_for()
    page.get_by_role("radio", name=layer).check(force=True)


def test_callers_stand_on_the_map_in_the_list_and_in_the_panel_and_the_choice_is_kept(studio, menu):
    choose(studio, "Callers")
    studio.get_by_text("Last 7 days: 214 calls.").wait_for()
    menu_node = studio.locator(".cw-map [data-key=main-menu]")
    assert "1,200 came · 9 hung up" in menu_node.get_attribute("aria-label")
    assert " · 61" in studio.locator(".cw-map").text_content()
    assert studio.locator(".cw-thick-5").count() == 1
    menu_node.click()
    studio.get_by_text("Last 7 days: 1,200 callers came here, 9 hung up here. A caller costs about 0.50 ¢").wait_for()
    studio.locator("[data-bar]").get_by_text("about 0.50 ¢ a call").wait_for()
    studio.reload()
    studio.get_by_text("Last 7 days: 214 calls.").wait_for()
    studio.get_by_role("button", name="List").click()
    row = studio.locator("#step-main-menu").text_content()
    assert "1,200 came · 9 hung up" in row
    assert "61 callers" in row
    choose(studio, "Cost")
    assert "about 0.50 ¢" in studio.locator("#step-main-menu").text_content()
    assert barriers(studio) == []


def test_tests_are_solid_where_they_walked_and_dashed_where_not(studio, menu):
    TestCall.objects.create(flow=menu.flow, name="Billing", lines="caller presses 1\ngoes to “Goodbye”")
    studio.reload()
    choose(studio, "Tests")
    assert "exits are walked by test calls that pass" in studio.locator("[data-layer-said]").text_content()
    hello = studio.locator(".cw-map [data-focus-key='hello:next']")
    assert "tested" in hello.get_attribute("aria-label")
    dashes = "element => getComputedStyle(element.querySelector('path')).strokeDasharray"
    assert hello.evaluate(dashes) == "none"
    untested = studio.locator(".cw-untested").first
    assert untested.get_attribute("aria-label").endswith("not tested")
    assert untested.evaluate(dashes) != "none"
    studio.get_by_role("button", name="List").click()
    studio.get_by_role("link", name="Propose a test", exact=True).first.click()
    studio.wait_for_url("**?propose#proposed")


def test_a_test_call_is_drawn_on_the_map_and_can_be_gone_through_step_by_step(studio, menu):
    test = TestCall.objects.create(flow=menu.flow, name="Sales", lines="caller presses 1\nhears “sales”")
    studio.goto(f"{studio.url}?test={test.pk}")
    studio.locator(".cw-map .cw-stopped[data-key=goodbye]").get_by_text("stopped here").wait_for()
    numbered = studio.locator(".cw-map .cw-route-mark:not(.cw-route-stop) text")
    assert sorted(numbered.all_text_contents()) == ["1", "2", "3"]
    assert studio.locator(".cw-map .cw-edge.cw-route").count() == 2
    studio.get_by_role("button", name="Step by step").click()
    studio.get_by_text("Step 1 of 3: Hello").wait_for()
    studio.get_by_role("button", name="Next").click()
    assert sorted(numbered.all_text_contents()) == ["1", "2"]
    assert studio.locator(".cw-map .cw-edge.cw-route").count() == 1
    assert barriers(studio) == []
    studio.get_by_role("link", name="Close, and show the flow alone").click()
    studio.locator("html[data-drawn]").wait_for()
    assert studio.locator(".cw-route").count() == 0
