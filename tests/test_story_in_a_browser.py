"""From an empty site to a published menu, heard on the phone in the browser: the first day of a new office."""

import pytest

from tests.browsing import ARGUMENTS, CHROMIUM, IN_A_BROWSER
from tests.own_site import Site, end

pytestmark = [*IN_A_BROWSER[:2], pytest.mark.alone]
EMPTY = """
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
User.objects.create_superuser("anna", password="first-day")
"""
APPROVE = "from flows.models import Destination; Destination.objects.update(awaits_approval=False)"


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    made.manage("shell", "-v0", "-c", EMPTY)
    server = made.serve()
    worker = made.start("-m", "celery", "-A", "ivrsite", "worker", "-P", "threads", "-c", "2", "-l", "WARNING")
    yield made
    end(worker)
    end(server)


@pytest.fixture
def page(site):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
        )
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(15_000)
        complaints, opened.clicks = [], []
        opened.expose_function("clicked", lambda on: opened.clicks.append(on.strip()))
        opened.add_init_script("addEventListener('click', (event) => clicked(event.target.textContent), true)")
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        browser.close()
        assert complaints == []


def test_a_new_office_publishes_its_menu_and_hears_it(page, site):
    page.goto(f"http://127.0.0.1:{site.port}/admin/")
    page.locator("[name=username]").fill("anna")
    page.locator("[name=password]").fill("first-day")
    page.locator("[type=submit]").click()
    page.get_by_role("button", name="Start with this").first.click()
    page.get_by_text("Press Call, then change what you do not like.").wait_for()
    page.get_by_role("button", name="Call", exact=True).click()
    page.locator("[data-phone-story]").get_by_text("says “").first.wait_for()
    page.wait_for_function("window.callwrightPhone.peak > 0.2")
    assert len(page.clicks) == 3, page.clicks  # from signing in to hearing a template
    page.get_by_role("button", name="Hang up").click()
    page.get_by_text("✓ Press Call and listen").wait_for()  # the tour saw it
    page.locator(".cw-map .cw-node[aria-label^='Main menu']").click()
    box = page.get_by_label("What callers hear", exact=True)
    box.fill(box.input_value().replace("Hill and Company", "Hart Tools"))
    page.get_by_text("✓ Choose the menu on the map and change a sentence").wait_for()
    site.manage("shell", "-v0", "-c", APPROVE)  # a publisher looked at where callers may be put through to
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish version 1").click()
    page.get_by_text("Version 1 is published. It is not live yet.").wait_for()
    page.get_by_role("link", name="Call this version").click()
    page.get_by_text("Who calls, and when").click()
    page.get_by_label("Use my microphone").uncheck()
    page.get_by_label("On (empty: today)").fill("2026-12-07")
    page.get_by_label("At, UTC (empty: now)").fill("18:00")
    page.get_by_role("button", name="Call", exact=True).click()
    page.locator("[data-phone-story]").get_by_text("Thank you for calling Hart Tools.").wait_for()
    page.wait_for_function("window.callwrightPhone.peak > 0.2")
    page.keyboard.press("0")
    page.get_by_text("What happens there?").wait_for()
    page.get_by_role("button", name="They answer").click()
    page.get_by_text("The call is over").wait_for()
