"""The address of a report: what it asks for, and that it asks for the same again."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from flows.models import Flow, FlowVersion
from streams.admin.report_asked import LONGEST, query, read
from streams.figures.asked import Asked

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("said", "first", "last", "heading"),
    [
        ({}, 25, 25, "Yesterday on the line"),
        ({"range": "today"}, 26, 26, "Today on the line"),
        ({"range": "week"}, 19, 25, "The last 7 days on the line"),
        ({"range": "month"}, 1, 26, "This month on the line"),
        ({"range": "century"}, 25, 25, "Yesterday on the line"),
        ({"from": "2026-11-20", "to": "2026-11-21"}, 20, 21, "20 to 21 Nov on the line"),
        ({"from": "2026-11-21", "to": "2026-11-20"}, 20, 21, "20 to 21 Nov on the line"),
        ({"from": "2026-11-20"}, 20, 20, "Fri 20 Nov on the line"),
        ({"range": "week", "from": "2026-11-20", "to": "2026-11-20"}, 20, 20, "Fri 20 Nov on the line"),
    ],
)
def test_the_days_are_those_of_a_range_or_any_two_dates(said, first, last, heading):
    question = read(said, TODAY)
    assert (question.asked.first.day, question.asked.last.day, question.heading) == (first, last, heading)
    assert question.problem == ""


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"from": "soon"}, "not understood"),
        ({"from": "2026-02-30", "to": "x"}, "not understood"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "not understood"),
        ({"from": "2020-01-01", "to": "2026-11-26"}, "At most one year"),
        ({"flow": "999"}, "is not there"),
        ({"version": "1e3"}, "is not there"),
        ({"flow": "٣"}, "is not there"),
    ],
)
def test_what_is_said_wrongly_is_left_out_with_a_sentence(said, word):
    question = read(said, TODAY)
    assert word in question.problem
    assert question.asked.flow is question.asked.version is None
    assert question.asked.last - question.asked.first < LONGEST


def test_a_version_brings_its_flow_and_one_of_another_flow_is_left_out():
    main, other = (Flow.objects.create(name=name, slug=name) for name in ("main", "other"))
    version = FlowVersion.objects.create(flow=main, number=1, spec=1, snapshot={})
    assert read({"version": str(version.pk)}, TODAY).asked.flow == main.pk
    assert read({"version": str(version.pk)}, TODAY).narrowed == ["main v1"]
    assert read({"version": str(version.pk), "flow": str(other.pk)}, TODAY).asked == Asked(
        TODAY - timedelta(days=1), TODAY - timedelta(days=1), other.pk
    )


@given(
    first=st.dates(date(2001, 1, 1), date(2099, 1, 1)),
    days=st.integers(0, 365),
    number=st.sampled_from(["", "+14155550199", "a&b=c", "Ü %"]),
    language=st.sampled_from(["", "de-DE"]),
)
def test_an_address_asks_for_the_same_again(first, days, number, language):
    asked = Asked(first, first + timedelta(days=days), number=number, language=language)
    assert read(QueryDict(query(asked)).dict(), TODAY).asked == asked


def test_a_day_is_compared_with_its_weekday_before_and_more_with_as_many_days():
    day = read({}, TODAY)
    assert (day.before.first, day.before.last) == (date(2026, 11, 18), date(2026, 11, 18))
    week = read({"range": "week"}, TODAY)
    assert (week.before.first, week.before.last) == (date(2026, 11, 12), date(2026, 11, 18))
    month = read({"from": "2026-11-01", "to": "2026-11-20"}, TODAY)
    assert (month.before.first, month.before.last) == (date(2026, 10, 12), date(2026, 10, 31))
    assert (day.before_words, month.before_words) == ("the week before", "the 20 days before")


def test_the_days_before_and_after_keep_what_narrows_and_end_today():
    before, after = read({"number": "+1"}, TODAY).neighbours
    assert (before, after) == (
        "?from=2026-11-24&to=2026-11-24&number=%2B1",
        "?from=2026-11-26&to=2026-11-26&number=%2B1",
    )
    assert read({"range": "today"}, TODAY).neighbours[1] == ""


def test_days_read_as_people_write_them():
    assert read({"from": "2026-10-28", "to": "2026-11-03"}, TODAY).period == "28 Oct to 3 Nov"
    assert read({"from": "2025-12-31", "to": "2026-01-01"}, TODAY).period == "31 Dec 2025 to 1 Jan 2026"
