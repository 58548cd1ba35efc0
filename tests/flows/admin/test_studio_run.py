"""A test call on the map: the page that shows it, and the way there."""

import json
import re

import pytest

from flows.admin import testcalls
from flows.models import TestCall
from tests.flows.pages import text_of


@pytest.fixture
def passing(menu):
    return TestCall.objects.create(flow=menu.flow, name="Billing", lines="caller presses 1\ngoes to “Goodbye”")


@pytest.fixture
def failing(menu):
    return TestCall.objects.create(flow=menu.flow, name="Sales", lines="caller presses 1\nhears “sales”", place=1)


def shown(client, test):
    tests_page = client.get(testcalls.tests_url(test.flow)).content.decode()
    address = re.search(rf'href="([^"]*\?test={test.pk})">Show on the map', tests_page)[1]
    page = client.get(address)
    route = re.search(r'id="studio-run" type="application/json">(.*?)</script>', page.content.decode())
    return text_of(page), json.loads(route[1])


def test_a_passing_call_is_shown_with_its_steps_and_exits_in_order(maria, passing):
    said, route = shown(maria, passing)
    assert "passes Billing" in said
    assert route["steps"] == ["hello", "main-menu", "goodbye"]
    assert ["main-menu", "1"] in route["exits"]
    assert route["stopped"] == ""


def test_a_failing_call_says_where_it_stopped_and_why(maria, failing):
    said, route = shown(maria, failing)
    assert "fails Sales" in said
    assert "At line 2 (hears “sales”):" in said
    assert "(it stopped here)" in said
    assert route["stopped"] == "goodbye"


def test_a_call_that_is_not_there_any_more_is_said_so(maria, menu, passing):
    page = f"{menu.flow.get_absolute_url()}?test={passing.pk}"
    passing.delete()
    assert "not there any more" in text_of(maria.get(page))
