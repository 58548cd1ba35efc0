"""Opening hours in a real browser, by the keyboard alone: a row, a holiday, what happens at a moment, and saved."""

import pytest
from django.urls import reverse

from flows.models import OpeningHours
from tests.browsing import IN_A_BROWSER, barriers, page_of

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["wide", "narrow and dark"])
def test_a_week_and_a_holiday_are_made_by_keyboard(browser, live_server, builder, width, dark):
    page, complaints = page_of(browser, live_server, builder, width=width, dark=dark)
    page.goto(live_server.url + reverse("admin:flows_openinghours_add"))
    keys = page.keyboard

    def tab_to(name):
        for _ in range(80):
            keys.press("Tab")
            if (
                page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")
                == name
            ):
                return
        raise AssertionError(f"Tab never came to {name}")

    page.get_by_label("Name", exact=True).focus()
    keys.type("Office")
    page.get_by_label("Time zone").select_option("Europe/London")
    tab_to("Usual office week")
    keys.press("Enter")
    page.get_by_label("Friday until").and_(page.locator("[value='17:00']")).wait_for()
    tab_to("Monday until")
    keys.press("Control+A")
    keys.type("12")
    tab_to("Add hours on Monday")
    keys.press("Enter")
    page.locator("[name=day-0-1-opens]:focus").wait_for()
    keys.type("11")
    keys.press("Tab")
    keys.type("5 pm")
    keys.press("Tab")
    page.get_by_text("11:00 to 17:00 overlaps with 09:00 to 12:00.").wait_for()
    assert barriers(page) == []
    page.locator("[name=day-0-1-opens]").focus()
    keys.press("Control+A")
    keys.type("13")
    tab_to("+ Add a holiday")
    keys.press("Enter")
    page.locator("[name=holiday-0-name]:focus").wait_for()
    keys.type("Christmas Day")
    keys.press("Tab")
    keys.type("25")
    keys.press("Tab")
    keys.type("December")
    tab_to("Holiday from")
    page.get_by_label("Day", exact=True).focus()
    keys.type("12252026")
    page.get_by_label("Time", exact=True).focus()
    keys.press("Control+A")
    keys.type("18:05")
    keys.press("Tab")
    page.get_by_text("you are closed: Christmas Day. You open again on Monday at 09:00.").wait_for()
    assert page.locator("#bar-0 .cw-day-open").count() == 2
    assert barriers(page) == []

    page.get_by_label("Name", exact=True).focus()
    keys.press("Enter")  # the first button of the form is Save
    page.get_by_text("“Office” is saved.").wait_for()
    stored = OpeningHours.objects.get().as_schedule()
    assert [(each.opens, each.closes) for each in stored.periods if each.weekday == 0] == [
        ("09:00", "12:00"),
        ("13:00", "17:00"),
    ]
    assert [(day.name, day.month, day.day) for day in stored.holidays] == [("Christmas Day", 12, 25)]
    assert complaints == []
