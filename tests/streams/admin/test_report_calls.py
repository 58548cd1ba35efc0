"""The list of calls behind a number: which calls, what it says of itself, and the way back."""

import re
from decimal import Decimal

import pytest

from flows.models import Flow, FlowVersion
from streams.admin.report_calls import calls_url
from streams.figures.asked import Asked
from streams.models import Call
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.report_rows import a_day
from tests.streams.admin.test_call import text_of
from tests.streams.figures.rows import MORNING, counted
from tests.streams.made import SNAPSHOT, a_call

CALLS = "/admin/streams/call/"
THAT_DAY = Asked(MORNING.date(), MORNING.date())


@pytest.fixture
def olga(signed_in):
    return signed_in(*SEES_ALL)


def shown(response):
    """The calls that a list shows, by their pages, in order."""
    return [int(pk) for pk in re.findall(rf'href="{CALLS}(\d+)/change/', response.content.decode())]


def chip_of(response):
    return re.search(r'class="cw-counted">(.*?)</p>', response.content.decode(), re.S)[1]


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", chip_of(response)).split())


def test_the_list_says_what_it_is_narrowed_to_and_leads_back(olga, version):
    a_day(version)
    asked = Asked(THAT_DAY.first, THAT_DAY.last, version.flow_id, version.pk, "+14155550199", "en-US")
    response = olga.get(calls_url(asked, "gave_up"))
    assert words_of(response) == "2 calls: gave up, Mon 23 Nov, Main line v1, +14155550199, en-US × Back to the report"
    report = re.search(r'href="(/admin/streams/call/report/[^"]+)"', chip_of(response))[1].replace("&amp;", "&")
    assert olga.get(report).context["question"].asked == asked


@pytest.mark.parametrize(
    ("what", "more", "words"),
    [
        ("hung_up", {"step": "menu"}, "2 calls: hung up in “Main menu”, Mon 23 Nov"),
        ("visits", {"step": "menu", "exit": "key-1"}, "6 calls: left “Main menu” by “Support”, Mon 23 Nov"),
        ("offered", {"weekday": 0, "hour": 10}, "1 call: all calls, Mon 23 Nov, 10:00 to 11:00, Mondays"),
        ("offered", {"mood_start": "negative", "mood_end": "positive"}, "negative at first, positive at the end"),
    ],
)
def test_steps_ways_hours_and_moods_are_told_in_words(olga, version, what, more, words):
    a_day(version)
    asked = Asked(THAT_DAY.first, THAT_DAY.last, version.flow_id)
    assert words in words_of(olga.get(calls_url(asked, what, **more)))


def test_who_may_not_read_what_was_said_may_not_look_for_moods(olga, signed_in, version):
    angry, glad = counted(version=version, mood_end="negative"), counted(version=version, mood_end="positive")
    url = calls_url(THAT_DAY, "offered", mood_end="negative")
    assert shown(olga.get(url)) == [angry.pk]
    response = signed_in("view_call", "view_charge").get(url)
    assert set(shown(response)) == {angry.pk, glad.pk}
    assert "negative" not in words_of(response)


def test_the_chip_can_be_taken_away_and_other_filters_stay(olga, version):
    gone, other = counted(version=version, gave_up=True), counted(version=version)
    url = f"{calls_url(THAT_DAY, 'gave_up')}&tests=too"
    response = olga.get(url)
    assert shown(response) == [gone.pk]
    without = re.search(r'href="(\?[^"]*)" aria-label="Show all calls"', chip_of(response))[1]
    assert without == "?tests=too"
    assert set(shown(olga.get(CALLS + without))) == {gone.pk, other.pk}


def test_a_list_that_nobody_came_to_from_a_report_has_no_chip(olga, version):
    counted(version=version)
    assert "cw-counted" not in olga.get(CALLS).content.decode()
    assert "By the report" not in text_of(olga.get(CALLS))


def test_it_narrows_together_with_the_lists_own_filters_and_search(olga, version):
    first, second = counted(version=version), counted(version=version)
    Call.objects.filter(pk=first.pk).update(caller="+14155550142", outcome_kind="flow")
    assert shown(olga.get(f"{calls_url(THAT_DAY, 'offered')}&outcome_kind__exact=flow")) == [first.pk]
    assert shown(olga.get(f"{calls_url(THAT_DAY, 'offered')}&q=0142")) == [first.pk]
    assert second.pk in shown(olga.get(calls_url(THAT_DAY, "offered")))


def test_nothing_that_fits_still_says_what_was_asked_for(olga, version):
    counted(version=version)
    response = olga.get(calls_url(THAT_DAY, "gave_up"))
    assert words_of(response).startswith("0 calls: gave up, Mon 23 Nov")
    assert "Nothing fits" in text_of(response)


def test_the_costliest_come_first_where_the_figure_was_of_money(olga, signed_in, version):
    cheap, dear, usual = (counted(version=version, cost=Decimal(cost)).pk for cost in ("0.01", "0.30", "0.02"))
    url = calls_url(THAT_DAY, "offered", costliest=True)
    assert shown(olga.get(url)) == [dear, usual, cheap]
    assert shown(signed_in("view_call").get(url)) == [usual, dear, cheap]  # an order tells what things cost


def test_calls_elsewhere_of_other_days_and_of_builders_are_not_counted(olga, version):
    flow = Flow.objects.create(name="Other", slug="other")
    counted(version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT))
    mine = counted(version=version)
    a_call(version=version, began_at=MORNING)  # without a record
    asked = Asked(THAT_DAY.first, THAT_DAY.last, version.flow_id)
    assert shown(olga.get(calls_url(asked, "offered"))) == [mine.pk]


@pytest.mark.parametrize(
    "said",
    [
        "counted=sunshine",
        "counted=gave_up&step=menu",
        "counted=callers",
        "counted=offered&hour=x&weekday=9",
        "counted=offered&from=soon&flow=x&version=-1",
        "counted=visits&step=%00&exit=%27",
        "counted=to_person&counted=offered&costliest=yes",
    ],
)
def test_an_address_that_somebody_wrote_by_hand_is_no_error(olga, version, said):
    counted(version=version)
    response = olga.get(f"{CALLS}?{said}")
    assert response.status_code == 200
    assert "cw-counted" in response.content.decode()
