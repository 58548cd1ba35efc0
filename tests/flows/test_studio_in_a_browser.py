"""The studio as a builder uses it: the map, the panel that saves itself, and the same without the mouse or the map."""

import pytest

from flows import drafts, history
from flows.models import Exit, Flow, Step
from tests.browsing import IN_A_BROWSER, barriers, page_of

pytestmark = IN_A_BROWSER


@pytest.fixture
def studio(browser, live_server, builder, menu):
    """The page of a flow with a menu, and what its scripts complained about."""
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + menu.flow.get_absolute_url())
    page.locator("html[data-drawn]").wait_for()
    yield page
    assert complaints == []


def node(page, name):
    return page.locator(f".cw-map .cw-node[aria-label^='{name}']")


def drawn(page):
    return page.locator(".cw-map .cw-node").count()


def saved(page):
    page.locator("[data-saved]").get_by_text("Saved").wait_for()


def test_a_step_is_chosen_on_the_map_and_saves_itself(studio, menu):
    node(studio, "Main menu").click()
    studio.get_by_label("What callers hear", exact=True).fill("For billing, press 1. For sales, press 2.")
    saved(studio)
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1. For sales, press 2."
    node(studio, "Hello").click()
    studio.get_by_role("heading", name="Hello").wait_for()
    assert studio.get_by_label("What callers hear", exact=True).input_value() == "Welcome to Hart Tools."


def test_a_choice_is_typed_and_connected_and_nobody_is_told_off_before_it_is_whole(studio, menu):
    node(studio, "Main menu").click()
    studio.get_by_role("button", name="+ Add a choice").click()
    row = studio.locator(".cw-row").last
    row.get_by_label("Key", exact=True).fill("2")
    row.get_by_label("Label").fill("Sales")
    row.get_by_label("Callers may say").fill("sales")
    row.get_by_label("Goes to").select_option(label="Goodbye")
    saved(studio)
    assert studio.locator(".cw-panel .cw-row-error").count() == 0
    assert Exit.objects.get(step=menu, outcome="2").goes_to.key == "goodbye"
    studio.get_by_role("button", name="Main menu: 1 · Billing").wait_for()


def test_a_link_that_is_followed_while_a_choice_is_typed_waits_until_it_is_stored(studio, menu):
    node(studio, "Main menu").click()
    studio.get_by_role("button", name="+ Add a choice").click()
    row = studio.locator(".cw-row").last
    row.get_by_label("Key", exact=True).fill("2")
    row.get_by_label("Label").fill("Sales")
    studio.get_by_role("link", name="No test calls yet").click()
    studio.get_by_role("heading", name="Test calls").first.wait_for()
    assert Exit.objects.filter(step=menu, outcome="2", label="Sales").exists()


def test_what_is_wrong_is_marked_and_nothing_typed_is_lost(studio, menu):
    node(studio, "Main menu").click()
    studio.get_by_label("Key", exact=True).first.fill("x")
    studio.get_by_label("Label").first.focus()
    studio.get_by_label("Name", exact=True).focus()
    studio.get_by_text("“x” is not a key").wait_for()
    assert studio.get_by_label("Key", exact=True).first.input_value() == "x"
    assert Exit.objects.filter(step=menu, outcome="1").exists()
    studio.get_by_label("Key", exact=True).first.fill("3")
    studio.get_by_label("Name", exact=True).focus()
    saved(studio)
    assert Exit.objects.filter(step=menu, outcome="3").exists()


def test_a_step_is_added_where_an_exit_leads_nowhere(studio, menu):
    drafts.connect(menu, "1", None)
    studio.reload()
    studio.locator("html[data-drawn]").wait_for()
    studio.locator(".cw-map .cw-open circle").click()
    studio.get_by_text("After “Main menu”: 1 · Billing.").wait_for()
    studio.get_by_role("button", name="Say something").click()
    studio.get_by_label("What callers hear", exact=True).fill("Our billing office opens at nine.")
    saved(studio)
    made = Step.objects.get(flow=menu.flow, kind="say", name="Say something")
    assert made.settings["text"] == "Our billing office opens at nine."
    assert Exit.objects.get(step=menu, outcome="1").goes_to == made


def test_an_exit_is_dragged_onto_another_step_and_undone(studio, menu):
    node(studio, "Hello").click()
    handle = studio.locator(".cw-map .cw-of-chosen .cw-handle").bounding_box()
    goal = node(studio, "Goodbye").bounding_box()
    studio.mouse.move(handle["x"] + 5, handle["y"] + 5)
    studio.mouse.down()
    studio.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=8)
    studio.mouse.up()
    studio.get_by_text("“Hello”, it was heard: leads to “Goodbye”.").wait_for()
    assert Exit.objects.get(step__key="hello", step__flow=menu.flow).goes_to.key == "goodbye"
    studio.get_by_role("button", name="Undo").click()
    studio.get_by_text("Undone: Hello, “it was heard” leads to Goodbye.").wait_for()
    assert Exit.objects.get(step__key="hello", step__flow=menu.flow).goes_to == menu


def test_a_step_is_deleted_callers_are_led_elsewhere_and_undo_brings_it_back(studio, menu):
    node(studio, "Main menu").click()
    studio.get_by_role("button", name="Delete this step…").click()
    studio.get_by_text("Callers come here from “Hello” (it was heard).").wait_for()
    studio.get_by_label("Where should they go instead?").select_option(label="Goodbye")
    studio.get_by_role("button", name="Delete it").click()
    studio.get_by_text("“Main menu” is deleted. Undo brings it back.").wait_for()
    assert drawn(studio) == 2
    studio.get_by_role("button", name="Undo").click()
    node(studio, "Main menu").wait_for()
    assert drawn(studio) == 3
    assert Step.objects.get(flow=menu.flow, key="main-menu").pk == menu.pk


def test_everything_is_done_with_the_keyboard_alone(studio, menu):
    node(studio, "Hello").focus()
    studio.keyboard.press("Enter")
    studio.get_by_role("heading", name="Hello").wait_for()
    studio.get_by_role("button", name="Hello: it was heard goes to Main menu").focus()
    studio.keyboard.press("Enter")
    studio.get_by_label("After “Hello”: it was heard").select_option(label="Goodbye")
    studio.keyboard.press("Enter")
    studio.get_by_role("button", name="Connect").click()
    studio.get_by_text("“Hello”, it was heard: leads to “Goodbye”.").wait_for()
    assert studio.locator("dialog[open]").count() == 0


def test_the_list_opens_the_same_panel(studio, menu):
    studio.get_by_role("button", name="List").click()
    assert not studio.locator("#map").is_visible()
    studio.get_by_role("link", name="Goodbye").first.click()
    studio.get_by_role("heading", name="Goodbye").wait_for()


def test_two_people_at_different_steps_do_not_collide(studio, menu, publisher):
    history.remember(menu.flow)
    node(studio, "Main menu").click()
    studio.get_by_label("What callers hear", exact=True).wait_for()
    hello = menu.flow.steps.get(key="hello")
    hello.settings = {"text": "Good morning."}
    hello.save()
    drafts.touch(Flow.objects.get(pk=menu.flow_id), by=publisher, what="Hello")
    studio.get_by_label("What callers hear", exact=True).fill("For billing, press 1. Or say billing.")
    saved(studio)
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1. Or say billing."


def test_two_at_one_step_are_told_and_both_texts_are_shown(studio, menu, publisher):
    node(studio, "Main menu").click()
    box = studio.get_by_label("What callers hear", exact=True)
    box.wait_for()
    drafts.check_out(menu.flow_id, Flow.objects.get(pk=menu.flow_id).revision)
    menu.settings = {"prompt": "Paul's words."}
    menu.save()
    drafts.touch(Flow.objects.get(pk=menu.flow_id), by=publisher, what="Main menu")
    box.fill("Maria's words.")
    studio.get_by_text("Paul Becker saved “Main menu”").wait_for()
    studio.get_by_text("Stored meanwhile: “Paul's words.”").wait_for()
    assert studio.get_by_label("What callers hear", exact=True).input_value() == "Maria's words."
    studio.get_by_label("What callers hear", exact=True).fill("Maria's last words.")
    node(studio, "Hello").click()
    studio.get_by_text("Keep your words or take theirs first.").wait_for()
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "Paul's words."  # nothing is overwritten by itself
    studio.get_by_role("button", name="Keep mine").click()
    saved(studio)
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "Maria's last words."


def test_the_line_saves_itself_too(studio, menu):
    studio.get_by_label("Name", exact=True).fill("Head office")
    saved(studio)
    assert Flow.objects.get(pk=menu.flow_id).name == "Head office"


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_nothing_keeps_anybody_from_using_it(browser, live_server, builder, menu, width, dark):
    drafts.connect(menu, "1", None)
    page, complaints = page_of(browser, live_server, builder, width=width, dark=dark)
    page.goto(live_server.url + menu.flow.get_absolute_url())
    page.locator("html[data-drawn]").wait_for()
    assert barriers(page) == []
    page.get_by_role("link", name="Main menu").first.click()
    page.get_by_label("What callers hear", exact=True).wait_for()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_text("+ Add a step").click()
    assert barriers(page) == []
    assert complaints == []
