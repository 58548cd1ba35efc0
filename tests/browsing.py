"""Pages in a real browser: Debian's Chromium, driven by Playwright. The fixtures are in `conftest.py`."""

import shutil
from functools import cache

import pytest

from tests.flows.pages import client_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WCAG_22_AA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}

# The marks of a test module that needs it.
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]


def page_of(browser, site, user, *, width=1440, height=900, dark=False):
    """A page on which this person is signed in, and the list of what its scripts complained about."""
    visitor = _visitor(browser)
    visitor.clear_cookies()
    session = client_of(user).cookies["sessionid"].value
    visitor.add_cookies([{"name": "sessionid", "value": session, "url": site.url}])
    page = visitor.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.set_default_timeout(10_000)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    return page, complaints


def _visitor(browser):
    """One for all pages of a browser, so that scripts and styles are fetched once; nothing else of it is kept."""
    return browser.contexts[0] if browser.contexts else browser.new_context()


@cache
def _axe():
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def barriers(page):
    """What keeps people from using a page, by axe and WCAG 2.2 AA: the rule, and where."""
    found = _axe().run(page, options=WCAG_22_AA).response["violations"]
    return [(one["id"], [place["target"] for place in one["nodes"]][:5]) for one in found]
