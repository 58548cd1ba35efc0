"""The operations desk in a real browser: a call is placed with the phone in one, and watched and heard in another."""

import pytest

from tests.browsing import ARGUMENTS, CHROMIUM, IN_A_BROWSER, barriers
from tests.own_site import SET_UP, Site, end

pytestmark = [*IN_A_BROWSER[:2], pytest.mark.alone]
DESK = "/admin/streams/call/desk/"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    made.manage("shell", "-v0", "-c", SET_UP)
    server = made.serve()
    yield made
    end(server)


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page_of(browser, site):
    """Opens a page as somebody of the demo company; afterwards nothing complained, but of a line that was cut."""
    complaints = []

    def open_(name, address):
        page = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce").new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"http://127.0.0.1:{site.port}/admin/login/?next={address}")
        page.locator("[name=username]").fill(name)
        page.locator("[name=password]").fill("callwright-demo")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{address}")
        return page

    yield open_
    for visitor in browser.contexts:
        visitor.close()
    assert [said for said in complaints if "WebSocket" not in said and "ERR_INTERNET_DISCONNECTED" not in said] == []


@pytest.fixture
def desk(page_of):
    page = page_of("olga", DESK)
    page.locator("[data-desk-line=live]").wait_for()
    return page


@pytest.fixture
def phone(page_of):
    """Maria's phone, on which the demo's line just began to speak."""
    page = page_of("maria", "/admin/flows/flow/1/change/")
    page.locator("html[data-drawn]").wait_for()
    page.get_by_role("link", name="Call this draft").click()
    page.get_by_role("button", name="Hang up").click()
    page.get_by_text("Who calls, and when").click()
    page.get_by_label("Use my microphone").uncheck()
    page.get_by_role("button", name="Call", exact=True).click()
    page.locator("[data-phone-story]").get_by_text("says “").first.wait_for()
    return page


def on_the_line(desk):
    """The one call that goes on, once it is at the menu: the first that its phone placed is over by then."""
    live = desk.locator(".cw-desk-call:not(.cw-desk-over) [data-call]")
    live.get_by_text("Main menu").wait_for()
    return live


def story(desk, words):
    desk.locator("[data-opened-story]").get_by_text(words).first.wait_for()


def sounds(desk):
    """Waits until the loudspeaker was loud. The page's policy forbids Playwright's own way of waiting."""
    for _ in range(200):
        if desk.evaluate("window.callwrightDesk.peak") > 0.1:
            return
        desk.wait_for_timeout(50)
    raise AssertionError("nothing was heard")


def test_a_call_is_watched_and_heard_while_it_goes_on(desk, phone):
    on_the_line(desk)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("End")
    desk.keyboard.press("Enter")
    story(desk, "says “Thank you for calling Hart Tools.”")
    desk.get_by_role("button", name="Listen").click()
    sounds(desk)
    phone.keyboard.press("1")
    story(desk, "presses •")
    desk.locator(".cw-map .cw-here[data-key=account]").wait_for()
    desk.locator("[data-opened-where]").get_by_text("Account number").wait_for()
    assert barriers(desk) == []
    desk.get_by_role("button", name="Stop listening").click()
    phone.get_by_role("button", name="Hang up").click()
    desk.get_by_text("The call is over").first.wait_for()
    assert desk.get_by_role("link", name="The whole call on its page").get_attribute("href")
    desk.keyboard.press("Escape")
    desk.locator("[data-desk-opened]").wait_for(state="hidden")
    assert desk.evaluate("document.activeElement.dataset.call")


def test_a_line_that_is_lost_is_told_and_taken_up_again(desk, phone):
    on_the_line(desk).click()
    story(desk, "says “Thank you for calling Hart Tools.”")
    desk.context.set_offline(True)
    desk.evaluate("window.callwrightDesk.line.socket.close()")
    desk.get_by_text("Connection lost, trying again").wait_for()
    desk.get_by_text("showing how it was").wait_for()
    stood = desk.locator("[data-opened-time]").inner_text()
    phone.keyboard.press("1")
    phone.locator("[data-phone-story]").get_by_text("goes to Account number").wait_for()
    assert desk.locator("[data-opened-time]").inner_text() == stood  # nothing that is old ticks
    desk.context.set_offline(False)
    desk.locator("[data-desk-line=live]").wait_for()
    story(desk, "Billing → goes to Account number")
    desk.locator(".cw-map .cw-here[data-key=account]").wait_for()
    assert desk.locator("[data-desk-age]").inner_text() == ""
    phone.get_by_role("button", name="Hang up").click()


def test_an_act_over_a_lost_line_is_told_as_not_done_and_a_call_that_left_the_list_goes_when_it_is_closed(desk, phone):
    on_the_line(desk).click()
    story(desk, "says “Thank you for calling Hart Tools.”")
    desk.get_by_role("button", name="End the call…").click()
    desk.context.set_offline(True)
    desk.evaluate("window.callwrightDesk.line.socket.close()")
    desk.get_by_text("Connection lost, trying again").wait_for()
    desk.get_by_role("button", name="End the call", exact=True).click()
    desk.get_by_text("Not done: the connection is lost.").wait_for()
    desk.context.set_offline(False)
    desk.locator("[data-desk-line=live]").wait_for()
    pk = int(on_the_line(desk).get_attribute("data-call"))
    desk.evaluate(f"window.callwrightDesk.line.told.message({{ kind: 'calls', calls: [], gone: [{pk}] }})")
    assert desk.locator(f"[data-call='{pk}']").count() == 1  # it stays while it is open
    desk.keyboard.press("Escape")
    assert desk.locator(f"[data-call='{pk}']").count() == 0
    phone.get_by_role("button", name="Hang up").click()


def test_an_announcement_is_heard_before_it_is_put_on_the_line(desk, site):
    worker = site.start("-m", "celery", "-A", "ivrsite", "worker", "-P", "threads", "-c", "2", "-l", "ERROR")
    try:
        emergency = desk.context.new_page()
        emergency.goto(desk.url.replace("desk/", "emergency/"))
        emergency.get_by_label("What new callers hear first").fill("It burns.")
        emergency.get_by_role("button", name="Prepare it, and hear it first").click()
        emergency.get_by_role("button", name="Put it on the line").wait_for(timeout=60_000)  # nobody loaded the page
        assert desk.get_by_text("Callers hear an announcement").count() == 0
        sound = emergency.locator("audio").get_attribute("src")
        assert emergency.request.get(f"http://127.0.0.1:{site.port}{sound}").body()[:4] == b"RIFF"
        assert barriers(emergency) == []
        emergency.get_by_role("button", name="Put it on the line").click()
        desk.get_by_text("Callers hear an announcement").wait_for()
        emergency.get_by_role("button", name="End it now").click()
        desk.get_by_text("Callers hear an announcement").wait_for(state="detached")
    finally:
        end(worker)


def test_a_caller_is_sent_to_a_person_comes_back_and_is_told_goodbye(desk, phone):
    on_the_line(desk).click()
    story(desk, "says “Thank you for calling Hart Tools.”")
    desk.get_by_role("button", name="Send to a person…").click()
    assert barriers(desk) == []
    desk.keyboard.press("Escape")  # the dialog closes, and the call stays open
    desk.get_by_role("button", name="Send to a person…").click()
    desk.get_by_label("Put through to").select_option(label="Sales desk")
    desk.get_by_role("button", name="Send them").click()
    story(desk, "is put through to Sales desk")
    phone.get_by_role("button", name="It is busy").click()
    story(desk, "the line was busy")
    desk.get_by_role("button", name="End the call…").click()
    desk.get_by_role("button", name="End the call", exact=True).click()
    story(desk, "says “We have to end this call now.")
    desk.get_by_text("The call is over").first.wait_for()
    desk.locator("[data-act-said]").get_by_text("Done").wait_for()
    assert desk.get_by_role("button", name="Send to a person…").is_disabled()


def test_a_narrow_page_shows_one_thing_at_a_time(desk, phone):
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.emulate_media(color_scheme="dark")
    on_the_line(desk).click()
    story(desk, "says “Thank you for calling Hart Tools.”")
    assert not desk.locator("[data-desk-calls]").is_visible()
    assert barriers(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") == 390
    desk.get_by_role("button", name="All calls").click()
    on_the_line(desk).wait_for()
    assert desk.evaluate("document.documentElement.scrollWidth") == 390
    assert barriers(desk) == []
    phone.get_by_role("button", name="Hang up").click()
