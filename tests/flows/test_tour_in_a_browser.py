"""The tour in the studio: it notices what was done, keeps out of the way, and is left for good.

Its calls are played here by the phone's own announcements; `tests/test_story_in_a_browser.py` makes them.
"""

from flows.models import Exit
from tests.browsing import IN_A_BROWSER, barriers, page_of

pytestmark = IN_A_BROWSER
A_CALL = """() => {
  for (const kind of ["answered", "entered"]) {
    document.dispatchEvent(new CustomEvent("callwright:call", { detail: { kind, step: "hello" } }));
  }
  document.dispatchEvent(new CustomEvent("callwright:call-over"));
}"""


def come_from_a_template(page, address):
    page.goto(f"{address}#phone")
    page.locator("html[data-drawn]").wait_for()


def at(page, place, words):
    """The tour stands there, and a screen reader hears it."""
    page.locator("[data-tour]").get_by_text(f"· {place}").wait_for()
    assert f"Tour, {place}: {words}" in page.locator("[data-tour-said]").text_content()


def test_the_tour_is_walked_by_keyboard_and_ends_with_hearing_ones_own_menu(browser, live_server, builder, menu):
    page, complaints = page_of(browser, live_server, builder)
    address = live_server.url + menu.flow.get_absolute_url()
    come_from_a_template(page, address)
    assert page.get_by_role("button", name="Call", exact=True).is_visible()
    at(page, "1 of 5", "Press Call and listen")
    page.evaluate("document.dispatchEvent(new CustomEvent('callwright:call-over'))")  # nothing was heard of that call
    at(page, "1 of 5", "Press Call and listen")
    page.evaluate(A_CALL)
    at(page, "2 of 5", "Choose the menu")

    page.locator(".cw-map .cw-node[aria-label^='Main menu']").focus()
    page.keyboard.press("Enter")
    box = page.get_by_label("What callers hear", exact=True)
    box.focus()
    page.keyboard.press("End")
    page.keyboard.type(" Or hold the line.")
    at(page, "3 of 5", "Hear it again")
    page.keyboard.type(" We are glad you call.")  # the cursor was left where it was
    assert box.input_value() == "For billing, press 1. Or hold the line. We are glad you call."
    page.evaluate(A_CALL)
    at(page, "4 of 5", "Give it one more key")

    page.get_by_role("button", name="+ Add a choice").press("Enter")
    for text in ("2", "Sales", "sales"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator(".cw-row").last.get_by_label("Goes to").select_option(label="Goodbye")
    at(page, "5 of 5", "Hear your own menu")
    assert Exit.objects.filter(step=menu, outcome="2").exists()
    page.reload()  # and it goes on where it was
    at(page, "5 of 5", "Hear your own menu")
    page.evaluate(A_CALL)
    page.locator("[data-tour-end]").get_by_text("ask a publisher to publish it").wait_for()
    assert "Done: Hear your own menu. That was your own menu." in page.locator("[data-tour-said]").text_content()

    page.get_by_role("button", name="Close the tour").press("Enter")
    page.reload()
    page.get_by_role("button", name="Call", exact=True).wait_for()  # the phone lies ready, and nobody is taught twice
    assert not page.locator("[data-tour]").is_visible()
    page.get_by_role("button", name="Take the tour").press("Enter")
    at(page, "1 of 5", "Press Call and listen")
    assert complaints == []


def test_in_the_hand_and_in_the_dark_it_is_skipped_and_left_for_good(browser, live_server, publisher, menu):
    page, complaints = page_of(browser, live_server, publisher, width=390, dark=True)
    address = live_server.url + menu.flow.get_absolute_url()
    page.goto(live_server.url)
    page.evaluate("localStorage.clear()")
    come_from_a_template(page, address)
    at(page, "1 of 6", "Press Call and listen")
    page.get_by_role("button", name="Skip this step of the tour").click()
    at(page, "2 of 6", "Choose the menu")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for _ in range(3):
        page.get_by_role("button", name="Skip this step of the tour").click()
    page.get_by_role("link", name="Publish…").click()
    page.go_back()
    at(page, "6 of 6", "Hear your own menu")
    page.get_by_role("button", name="Leave the tour").press("Enter")
    page.get_by_role("button", name="Take the tour").and_(page.locator(":focus")).wait_for()
    come_from_a_template(page, address)
    assert not page.locator("[data-tour]").is_visible()
    assert complaints == []
