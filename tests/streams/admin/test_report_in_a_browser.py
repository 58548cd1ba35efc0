"""The morning page in a browser: what is told on hover and focus, keys, narrow pages, paper, and who is kept out."""

import pytest
from django.contrib.auth.models import Permission, User

from flows.models import Flow, FlowVersion
from tests.browsing import IN_A_BROWSER, barriers, page_of
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.report_rows import a_day
from tests.streams.figures.rows import counted

pytestmark = IN_A_BROWSER
URL = "/admin/streams/call/report/?from=2026-11-23&to=2026-11-23"
SNAPSHOT = {
    **{"spec": 1, "name": "Main line", "language": "en-US", "voice": "", "transcriber": "", "agent": ""},
    **{"start": "hello", "discloses_ai": True, "resources": {"hours": {}, "destination": {}}},
    "steps": {
        "hello": {"kind": "say", "name": "Hello", "settings": {"text": "Hi"}},
        "menu": {"kind": "say", "name": "Main menu", "settings": {"text": "Press 1"}},
    },
    "exits": [{"step": "hello", "outcome": "next", "goes_to": "menu", "label": "", "phrases": []}],
}


@pytest.fixture
def olga(db):
    user = User.objects.create_user("olga", is_staff=True)
    allowed = Permission.objects.filter(content_type__app_label="streams", codename__in=SEES_ALL)
    user.user_permissions.set(allowed)
    return user


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


@pytest.fixture
def opened(browser, live_server, olga, version):
    """Opens the report of a day with calls; afterwards nothing was complained about."""
    a_day(version)
    counted(version=version, visits=[{"step": "hello", "exit": "next", "seconds": 2}])
    complained = []

    def open_(**look):
        page, complaints = page_of(browser, live_server, olga, **look)
        complained.append(complaints)
        page.goto(live_server.url + URL)
        page.locator("html[data-ready]").wait_for()
        return page

    yield open_
    assert [said for complaints in complained for said in complaints] == []


def test_a_square_tells_its_figure_on_hover_and_focus_and_leads_to_its_calls(opened):
    page = opened()
    card = page.locator("section", has=page.get_by_role("heading", name="When they call"))
    told = card.locator("[data-readout]")
    usual = told.text_content()
    square = card.locator("a[data-told^='Monday, 10:00']")
    square.hover()
    assert told.text_content() == "Monday, 10:00 to 11:00: 1 call"
    page.mouse.move(0, 0)
    assert told.text_content() == usual
    square.focus()
    assert told.text_content() == "Monday, 10:00 to 11:00: 1 call"
    page.keyboard.press("ArrowLeft")
    assert told.text_content().startswith("Monday, 09:00 to 10:00")
    page.keyboard.press("Enter")
    page.get_by_text("9:00 to 10:00, Mondays").wait_for()


def test_each_drawing_is_one_stop_for_the_tab_key_and_arrows_walk_through_it(opened):
    page = opened()
    for drawing in page.locator("[data-reads]").all():
        cells = drawing.locator("[data-told]")
        assert drawing.locator("[data-told][tabindex='0']").count() == 1
        assert drawing.locator("[data-told][tabindex='-1']").count() == cells.count() - 1
    line = page.locator(".cw-line-calls")
    line.locator("a[tabindex='0']").focus()
    for _ in range(13):
        page.keyboard.press("ArrowRight")
    assert page.locator(":focus").get_attribute("data-told") == "Mon 23 Nov: 11 calls"


def test_a_definition_opens_by_click_and_key_and_escape_closes_it(opened):
    page = opened()
    gave_up = page.locator("[data-tile=gave_up]")
    means = gave_up.get_by_text("before any goal, any person and any planned end")
    assert not means.is_visible()
    gave_up.locator("summary").click()
    assert means.is_visible()
    page.locator("[data-tile=offered] summary").click()
    assert not means.is_visible()
    gave_up.locator("summary").focus()
    page.keyboard.press("Enter")
    assert means.is_visible()
    page.keyboard.press("Escape")
    assert not means.is_visible()
    assert page.evaluate("document.activeElement.closest('[data-tile]').dataset.tile") == "gave_up"


def test_a_whole_tile_leads_to_its_calls(opened):
    page = opened()
    box = page.locator("[data-tile=gave_up]").bounding_box()
    page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 12)
    page.get_by_text("2 calls: gave up, Mon 23 Nov").wait_for()
    page.get_by_role("link", name="Back to the report").click()
    page.get_by_role("heading", name="Mon 23 Nov on the line").wait_for()


def test_the_map_carries_figures_that_lead_to_their_calls(opened):
    page = opened()
    page.locator("html[data-drawn]").wait_for()
    assert "1 came" in page.locator(".cw-map [data-key=hello]").get_attribute("aria-label")
    assert "9 came · 2 hung up" in page.locator(".cw-map [data-key=menu]").get_attribute("aria-label")
    assert (
        page.locator(".cw-map .cw-edge[data-focus-key='hello:next']")
        .get_attribute("aria-label")
        .endswith("1 caller left this way")
    )
    page.locator(".cw-map a.cw-map-number", has_text="2 hung up").click()
    page.get_by_text("2 calls: hung up in “Main menu”").wait_for()
    page.go_back()
    page.locator("html[data-drawn]").wait_for()
    page.locator(".cw-map > svg > a.cw-map-number", has_text="1").click()
    page.get_by_text("1 call: left “Hello” by").wait_for()


def test_a_step_opens_its_card_by_mouse_and_by_keyboard_and_escape_leads_back(opened):
    page = opened()
    page.locator("html[data-drawn]").wait_for()
    hello, menu = page.locator("[data-card=hello]"), page.locator("[data-card=menu]")
    assert menu.is_visible()  # most came there
    page.locator(".cw-map [data-key=hello]").click(position={"x": 8, "y": 8})
    assert hello.is_visible()
    assert not menu.is_visible()
    page.locator(".cw-map [data-key=menu]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "card-menu"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.key") == "menu"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("9 calls: came to “Main menu”").wait_for()


def test_the_numbers_of_the_chosen_step_follow_it_for_the_tab_key(opened):
    page = opened()
    page.locator("html[data-drawn]").wait_for()
    stops = page.locator(".cw-map a.cw-map-number[tabindex='0']")
    assert {each.get_attribute("data-of") for each in stops.all()} == {"menu"}
    page.locator(".cw-map [data-key=menu]").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "9 came: the calls that came here"
    page.keyboard.press("Enter")
    page.get_by_text("9 calls: came to “Main menu”").wait_for()


def test_the_wheel_over_the_map_turns_the_page(opened):
    page = opened()
    page.locator("html[data-drawn]").wait_for()
    page.locator(".cw-map").hover()
    page.evaluate("scrollTo(0, 0)")
    page.locator(".cw-map").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.locator(".cw-map").hover()
    page.mouse.wheel(0, 300)
    page.wait_for_function("before => scrollY > before", arg=before)


def test_on_a_narrow_page_the_map_has_all_of_its_height_and_leaves_it_to_the_finger_to_turn_the_page(opened):
    page = opened(width=390)
    page.locator("html[data-drawn]").wait_for()
    map_ = page.locator(".cw-map")
    assert map_.evaluate("box => getComputedStyle(box).touchAction") == "pan-y"
    bottom = map_.bounding_box()["y"] + map_.bounding_box()["height"]
    for key in ("hello", "menu"):
        node = map_.locator(f"[data-key={key}]").bounding_box()
        assert node["y"] + node["height"] <= bottom


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_nobody_is_kept_out_and_nothing_hangs_over(opened, width, dark):
    page = opened(width=width, dark=dark)
    for summary in page.locator(".cw-table > summary").all():
        summary.click()
    page.locator(".cw-went summary").first.click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_figures_stand_without_what_can_be_pressed(opened):
    page = opened()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator(".cw-report-choose").is_visible()
    assert not page.locator(".cw-side").is_visible()
    assert not page.locator("[data-tile=offered] summary").is_visible()
    assert page.locator("[data-tile=offered]").get_by_text("11").first.is_visible()
    assert page.locator(".cw-report-exits").first.is_visible()
