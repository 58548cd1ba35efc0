"""The waterfall on the flow's map: every number on it, and on the card of a step, is that of the calls it leads to."""

import html
import re
from decimal import Decimal

import pytest
from django.db.models import Sum

from flows.models import Flow, FlowVersion
from streams.admin.report_words import each, stay
from streams.models import StepVisit
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.report_rows import DAY
from tests.streams.admin.test_call import text_of
from tests.streams.admin.test_report import URL, count_of
from tests.streams.admin.test_report_calls import shown
from tests.streams.figures.rows import counted

SAY = {"kind": "say", "settings": {"text": "Hi"}}
SNAPSHOT = {
    **{"spec": 1, "name": "x", "language": "en-US", "voice": "", "transcriber": "", "agent": "", "start": "hello"},
    "steps": {"hello": {**SAY, "name": "Hello"}, "bye": {**SAY, "name": "Bye"}, "spare": {**SAY, "name": "Spare"}},
    "exits": [{"step": "hello", "outcome": "next", "goes_to": "bye", "label": "", "phrases": []}],
    "resources": {"hours": {}, "destination": {}},
    "discloses_ai": True,
}
AGAIN = {"step": "hello", "exit": "next", "no_inputs": 2, "no_matches": 3, "seconds": 4, "cost": Decimal("0.002")}


@pytest.fixture
def olga(signed_in):
    return signed_in(*SEES_ALL)


@pytest.fixture
def line(db):
    """Four calls: one came back and was silent both times, one went on, two hung up. Times and calls differ."""
    flow = Flow.objects.create(name="Small line", slug="small")
    version = FlowVersion.objects.create(flow=flow, number=3, spec=1, snapshot=SNAPSHOT)
    counted(version=version, visits=[AGAIN, {"step": "bye", "exit": "next"}, AGAIN], cost=Decimal("0.1"))
    counted(version=version, visits=[{**AGAIN, "no_inputs": 0, "seconds": 9}], cost=Decimal("0.5"))
    for _ in range(2):
        counted(version=version, visits=[{"step": "hello", "hung_up": True, "seconds": 7, "cost": Decimal("0.004")}])
    return version


def parts_of(drawn, step="hello"):
    return {part["text"]: part["url"] for line in drawn["steps"][step]["lines"] for part in line}


def test_a_step_carries_how_many_calls_came_were_silent_not_understood_and_hung_up(olga, line):
    parts = parts_of(olga.get(URL, DAY).context["map"]["drawn"])
    assert list(parts)[:4] == ["4 came", "2 hung up", "1 silent", "2 not understood"]
    for text, url in list(parts.items())[:4]:
        assert count_of(olga, url) == len(shown(olga.get(url))) == int(text.split()[0]), text


def test_what_a_visit_took_and_cost_is_of_the_very_calls_that_it_leads_to(olga, line):
    *_, (seconds, cost) = olga.get(URL, DAY).context["map"]["drawn"]["steps"]["hello"]["lines"]
    for part, field, words in ((seconds, "seconds", stay), (cost, "cost", each)):
        visits = StepVisit.objects.filter(step="hello", call__in=shown(olga.get(part["url"])))
        assert visits.count() == 5
        assert part["text"] == words(visits.aggregate(whole=Sum(field))["whole"] / 5)
    assert shown(olga.get(cost["url"]))[0] == line.calls.get(figures__cost=Decimal("0.5")).pk


def test_an_arrow_carries_how_many_calls_left_by_it(olga, line):
    exits = olga.get(URL, DAY).context["map"]["drawn"]["exits"]
    assert exits["hello,next"]["n"] == count_of(olga, exits["hello,next"]["url"]) == 2  # three times, by two calls
    assert exits["bye,next"]["n"] == 1
    assert exits["spare,next"] == {"n": 0, "url": ""}


def test_the_card_of_a_step_says_all_of_it_and_each_number_is_that_of_its_list(olga, line):
    page = olga.get(URL, DAY).content.decode()
    (card,) = re.findall(r'<article class="cw-report-card" data-card="hello".*?</article>', page, re.S)
    links = re.findall(r'href="(/[^"]+)" title="[^"]*">([\d,]+)<|href="(/[^"]+)">([\d,]+)<', card)
    told = [(html.unescape(a or b), int(n or m)) for a, n, b, m in links]
    assert [number for _, number in told] == [4, 1, 2, 2, 2]
    assert [count_of(olga, url) for url, _ in told] == [4, 1, 2, 2, 2]
    for title in ("Came", "Silence", "Not understood", "Hung up here", "Stayed, a visit", "Cost, a visit", "Left by"):
        assert title in card


def test_a_step_that_nobody_came_to_says_so(olga, line):
    response = olga.get(URL, DAY)
    assert parts_of(response.context["map"]["drawn"], "spare") == {"nobody came": ""}
    assert "Spare Say something Nobody came here in these days." in text_of(response)


def test_who_may_not_see_charges_finds_no_money_on_it(signed_in, line):
    response = signed_in("view_call").get(URL, DAY)
    assert "¢" not in str(response.context["map"])
    assert "Cost, a visit" not in response.content.decode()


def test_of_several_flows_one_is_to_be_chosen_first(olga, line):
    other = Flow.objects.create(name="Other line", slug="other")
    version = FlowVersion.objects.create(flow=other, number=1, spec=1, snapshot=SNAPSHOT)
    counted(version=version, visits=[AGAIN])
    response = olga.get(URL, DAY)
    assert response.context["map"] is None
    assert "Choose one of them above, and it is drawn here" in text_of(response)


def test_without_scripts_it_says_where_the_same_is_told(olga, line):
    page = olga.get(URL, DAY).content.decode()
    assert '<noscript><p class="cw-quiet">The map is drawn by JavaScript' in page
    assert '<div class="cw-report-drawn" hidden' in page
