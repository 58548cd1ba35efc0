"""The prompt library in a real browser: a text is heard, and one is said anew by keyboard."""

import pytest
from django.urls import reverse

from tests.browsing import IN_A_BROWSER, barriers, page_of

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["wide", "narrow and dark"])
def test_a_text_is_heard_and_said_anew(browser, live_server, builder, line, width, dark):
    page, complaints = page_of(browser, live_server, builder, width=width, dark=dark)
    page.goto(live_server.url + reverse("admin:flows_library"))
    assert barriers(page) == []
    page.get_by_role("button", name="Hear: Goodbye.").click()
    page.locator(".cw-hear-button[aria-pressed]").wait_for()
    page.get_by_text("Change this text: Goodbye.").press("Enter")
    page.get_by_label("What it says from now on").fill("Good bye, and thank you.")
    page.get_by_role("button", name="Show what changes").press("Enter")
    page.get_by_role("heading", name="1 place changes").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Change 1 place").press("Enter")
    page.get_by_text("Changed in 1 place of").wait_for()
    assert line.steps.get(key="goodbye").settings["text"] == "Good bye, and thank you."
    assert complaints == []
