"""What callers would mind, in a real browser: let pass, published; wide and narrow, light and dark."""

import pytest
from django.urls import reverse

from flows import linting, publishing
from flows.models import FlowVersion
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.flows.addresses import publish_url
from tests.flows.test_linting import error, lonely

__all__ = ["lonely"]

pytestmark = IN_A_BROWSER

SCREENS = [(1440, False), (390, True)]


def test_a_publisher_lets_an_error_pass_with_a_reason(browser, live_server, publisher, line, lonely, quick_voice):
    page, complaints = page_of(browser, live_server, publisher)
    page.goto(live_server.url + publish_url(line))
    page.get_by_text("1 thing that callers would mind too much").wait_for()
    page.get_by_text("Publish all the same…").click()
    page.get_by_label("Why is it right here?").fill("Facts are all we do.")
    page.get_by_role("button", name="Let this pass").click()
    page.get_by_text("“Facts are all we do.”").wait_for()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published.").first.wait_for()
    assert FlowVersion.objects.get().report["waivers"]
    assert complaints == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_everybody_can_read_and_use_it(browser, live_server, publisher, line, lonely, width, dark):
    lonely.settings = {"prompt": "Press 1 for facts. For facts, say facts.", "offer_person": False}
    lonely.save()
    page, complaints = page_of(browser, live_server, publisher, width=width, dark=dark)
    page.goto(live_server.url + publish_url(line))
    for more in page.locator("main details").all():
        more.evaluate("each => { each.open = true; }")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


def test_a_builder_mends_it_by_a_press_in_the_studio_and_takes_it_back(browser, live_server, builder, line, lonely):
    from playwright.sync_api import expect

    page, complaints = page_of(browser, live_server, builder)
    page.goto(f"{live_server.url}{line.get_absolute_url()}#step-facts")
    prompt = page.get_by_label("What callers hear", exact=True)
    prompt.wait_for()
    page.get_by_label("Name", exact=True).fill("Some facts")  # what was typed is saved first
    page.get_by_role("button", name="Move the key to the end: “For facts, press 1.”").first.click()
    page.locator("[data-saved]").get_by_text("Done: Move the key to the end").wait_for()
    expect(prompt).to_have_value("For facts, press 1.")
    lonely.refresh_from_db()
    assert (lonely.name, lonely.settings["prompt"]) == ("Some facts", "For facts, press 1.")
    page.get_by_role("button", name="Undo").click()
    expect(prompt).to_have_value("Press 1 for facts.")
    page.locator("summary", has_text="hint").click()
    page.locator("[data-bar] .cw-mend").first.click()
    expect(prompt).to_have_value("For facts, press 1.")
    assert complaints == []


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_everybody_can_read_the_page_of_its_own(browser, live_server, publisher, line, lonely, width, dark):
    linting.waive(line, publishing.draft(line).flow, error(line).fingerprint, by=publisher, reason="A trial.")
    page, complaints = page_of(browser, live_server, publisher, width=width, dark=dark)
    page.goto(live_server.url + reverse("admin:flows_flow_lint", args=[line.pk]))
    page.get_by_text("Take this back…").click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []
