"""The page “Calls and cost per day”."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from flows.models import PromptAudio
from flows.numbers import masked
from streams.admin.daily import chosen_range
from streams.models import Rate
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.test_call import text_of
from tests.streams.made import at

TODAY = date(2090, 11, 22)
THAT_WEEK = {"from": "2090-11-20", "to": "2090-11-23"}


def test_a_day_shows_its_calls_and_leads_to_them(signed_in, finished):
    calls = [finished(), finished()]
    client = signed_in(*SEES_ALL)
    response = client.get(reverse("admin:streams_daily"), THAT_WEEK)
    told = text_of(response)
    assert "Wed 22 Nov 2 2 0 0 0 1.200 ¢ 0.600 ¢" in told
    assert "Together 2 2 0 0 0 1.200 ¢ 0.600 ¢" in told
    address = re.search(r'href="(/admin/streams/call/\?[^"]+)">Wed 22 Nov', response.content.decode())[1]
    that_day = text_of(client.get(address.replace("&amp;", "&")))
    assert all(masked(call.caller) in that_day for call in calls)
    before = address.replace("2090-11-22", "2090-11-20").replace("2090-11-23", "2090-11-21").replace("&amp;", "&")
    assert calls[0].caller not in text_of(client.get(before))


def test_making_prompts_is_part_of_the_days_cost_and_told_apart(signed_in, finished):
    finished()
    used = {"engine": "elevenlabs", "model": "reader-1", "unit": "characters", "quantity": 1000}
    PromptAudio.objects.create(
        digest="d", engine="x", language="en-US", text="Hi", audio=b"", used=[used, {**used, "model": "reader-2"}]
    )
    PromptAudio.objects.update(rendered_at=at(0))
    kind = "ai:reader-1:characters"
    Rate.objects.create(kind=kind, unit="characters", price=Decimal("0.05"), per=1000, valid_from=at(-99))
    told = text_of(signed_in(*SEES_ALL).get(reverse("admin:streams_daily"), THAT_WEEK))
    assert "Wed 22 Nov 1 1 0 0 0 5.600 ¢ 5.000 ¢ for prompts 0.600 ¢" in told
    assert "Together 1 1 0 0 0 5.600 ¢ 5.000 ¢ for prompts 0.600 ¢" in told
    assert "No price is known for reader-2" in told
    unpaid = text_of(signed_in("view_call").get(reverse("admin:streams_daily"), THAT_WEEK))
    assert "prompts" not in unpaid


def test_days_without_calls_say_what_will_appear(signed_in):
    assert "No calls in these days." in text_of(signed_in(*SEES_ALL).get(reverse("admin:streams_daily"), THAT_WEEK))


def test_costs_need_their_permission(signed_in, finished):
    finished()
    page = text_of(signed_in("view_call").get(reverse("admin:streams_daily"), THAT_WEEK))
    assert "¢" not in page
    assert "Wed 22 Nov 1 1 0 0 0" in page


@pytest.mark.parametrize(
    ("said", "first", "last", "problem"),
    [
        (("", ""), date(2090, 11, 9), TODAY, ""),
        (("2090-11-01", "2090-11-03"), date(2090, 11, 1), date(2090, 11, 3), ""),
        (("2090-11-03", "2090-11-01"), date(2090, 11, 1), date(2090, 11, 3), ""),
        (("yesterday", ""), date(2090, 11, 9), TODAY, "not understood"),
        (("2090-02-30", "2090-03-01"), date(2090, 11, 9), TODAY, "not understood"),
        (("0001-01-01", "9999-12-31"), date(2090, 11, 9), TODAY, "not understood"),
        (("2080-01-01", "2090-11-22"), date(2089, 11, 22), TODAY, "At most one year"),
    ],
)
def test_a_range_is_taken_or_mended_with_a_word(said, first, last, problem):
    found = chosen_range(*said, TODAY)
    assert found[:2] == (first, last)
    assert problem in found[2]


@pytest.mark.parametrize("query", [{"from": "<script>"}, {"from": "x" * 5000}, {"to": "2090-13-45"}, {"from": "\x00"}])
def test_nonsense_in_the_address_is_no_error(signed_in, query):
    response = signed_in(*SEES_ALL).get(reverse("admin:streams_daily"), query)
    assert response.status_code == 200
    assert b"<script>" not in response.content.split(b'<div class="cw">')[1].split(b"<!-- end")[0]
