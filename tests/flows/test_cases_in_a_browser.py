"""Deciding and saying answers, in a real browser: rows are added and answers inserted without typing their names."""

import pytest

from flows import drafts
from tests.browsing import IN_A_BROWSER, page_of

pytestmark = IN_A_BROWSER


@pytest.fixture
def order(line):
    """A line that asks for an order number."""
    step = drafts.add_step(line, name="Order", kind="collect_digits")
    step.settings = {"prompt": "Your order number?", "answer": "order_number"}
    step.save()
    return step


def test_a_case_is_added_and_what_is_wrong_with_it_stands_in_its_row(browser, live_server, order, builder):
    decide = drafts.add_step(order.flow, name="Which order?", kind="branch")
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + decide.get_absolute_url())
    row = page.locator(".cw-row").first
    row.get_by_label("What is known").select_option("order_number")
    row.get_by_label("How it compares").select_option("begins with")
    row.get_by_label("With what").fill("nine")
    row.get_by_label("Goes to").select_option("Goodbye")
    page.get_by_role("button", name="+ Add a case").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Write digits only, such as 4711.").wait_for()
    page.locator(".cw-row").first.get_by_label("With what").fill("9")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**{order.flow.get_absolute_url()}*")
    decide.refresh_from_db()
    assert [(row.label, row.goes_to.key) for row in decide.exits.all() if row.goes_to] == [
        ("order number begins with 9", "goodbye")
    ]
    assert complaints == []


@pytest.mark.parametrize("by_keyboard", [False, True], ids=["by mouse", "by keyboard"])
def test_an_answer_is_inserted_where_the_text_cursor_is(browser, live_server, order, builder, by_keyboard):
    hello = order.flow.steps.get(key="hello")
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + hello.get_absolute_url())
    text = page.locator("#id_text")
    text.fill("Your order is on its way.")
    text.evaluate("box => box.setSelectionRange(10, 10)")
    offered = page.get_by_label("Insert an answer")
    if by_keyboard:
        offered.focus()
        page.keyboard.press("ArrowDown")
        assert text.input_value() == "Your order is on its way."
        page.keyboard.press("Enter")
    else:
        offered.select_option("Order number")
    assert text.input_value() == "Your order [order number] is on its way."
    assert offered.input_value() == ""
    assert complaints == []


def test_where_nobody_put_the_cursor_an_answer_comes_last(browser, live_server, order, builder):
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + order.flow.steps.get(key="hello").get_absolute_url())
    page.get_by_label("Insert an answer").select_option("Order number")
    assert page.locator("#id_text").input_value() == "Welcome to Hart Tools. [order number]"
    assert complaints == []


def test_the_panel_of_the_studio_saves_a_case_by_itself(browser, live_server, order, builder):
    decide = drafts.add_step(order.flow, name="Which order?", kind="branch", after=order.exits.first())
    page, complaints = page_of(browser, live_server, builder)
    page.goto(live_server.url + order.flow.get_absolute_url())
    page.locator("html[data-drawn]").wait_for()
    page.locator(".cw-map .cw-node[aria-label^='Which order?']").click()
    page.locator(".cw-panel").get_by_text("This must be filled in.", exact=True).wait_for()
    row = page.locator(".cw-row").first
    row.get_by_label("What is known").select_option(label="Order number")
    row.get_by_label("How it compares").select_option(label="begins with")
    row.get_by_label("With what").fill("9")
    row.get_by_label("Goes to").select_option(label="Goodbye")
    page.locator("[data-saved]").get_by_text("Saved").wait_for()
    page.locator(".cw-panel").get_by_text("This must be filled in.", exact=True).wait_for(state="detached")
    page.locator(".cw-row").first.get_by_label("With what").fill("8")
    page.get_by_role("button", name="Which order?: order number begins with 8").wait_for()
    decide.refresh_from_db()
    assert [row["outcome"] for row in decide.settings["cases"]] == ["case-1"]
    assert complaints == []
