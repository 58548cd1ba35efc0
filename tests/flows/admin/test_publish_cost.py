"""The cost of a call before and after, on the page that publishes."""

from decimal import Decimal

import pytest
from django.utils import timezone

from flows import publishing
from flows.models import FlowVersion, TestCall
from flows.seams import Came, PastCall, Spent
from ivrsite import headers
from tests.flows.addresses import publish_url
from tests.flows.pages import text_of

past: dict = {"calls": [], "spent": [], "came": Came(0, Decimal(0))}


def played(flow_pk, since, most, rehearsals):
    return past["calls"][:most]


def billed(flow_pk, since, most):
    return past["spent"][:most]


def free_calls(flow_pk):
    return lambda seconds: Decimal(0)


def have_come(version_pk):
    return past["came"]


SEAMS = {"CALL_EVENTS": "played", "CALL_COSTS": "billed", "STREAM_PRICE": "price", "VERSION_COSTS": "have_come"}
SEAMS["CALL_PRICE"] = "free_calls"


def price():
    return lambda seconds: Decimal("0.00005") * round(seconds)


@pytest.fixture
def nobody_called(menu, settings):
    for name, does in SEAMS.items():
        setattr(settings, name, f"tests.flows.admin.test_publish_cost.{does}")
    past.update(calls=[], spent=[], came=Came(0, Decimal(0)))


@pytest.fixture
def version(line, nobody_called):
    return FlowVersion.objects.create(flow=line, number=1, spec=1, snapshot=publishing.draft(line).snapshot())


def have_called(version, number):
    """So many calls of 20 seconds, each for a tenth of a cent."""
    way = {"hello": 4.0, "main-menu": 8.0, "goodbye": 8.0}
    events = [
        (0.0, "entered", "hello", {}),
        (4.0, "entered", "main-menu", {}),
        (12.0, "key", "main-menu", {"digit": "1"}),
        (12.0, "left", "main-menu", {"outcome": "1", "goes_to": "goodbye"}),
        (12.0, "entered", "goodbye", {}),
    ]
    for pk in range(1, number + 1):
        past["calls"].append(PastCall(timezone.now(), version.pk, "/", events, pk=pk))
        past["spent"].append(
            Spent(pk, Decimal("0.001"), (20,), way, dict.fromkeys(way, 1), {"hello": Decimal("0.001")}, {})
        )


def say_more(line, words):
    line.steps.filter(key="goodbye").update(settings={"text": "Goodbye. " + "word " * words})


def test_calls_of_the_last_days_tell_what_the_draft_would_cost(paul, line, version, django_assert_max_num_queries):
    have_called(version, 30)
    say_more(line, 25)  # ten seconds more
    with django_assert_max_num_queries(40):
        page = paul.get(publish_url(line))
    said = text_of(page)
    assert page["Content-Security-Policy"] == headers.STRICT
    assert "A call costs about 0.10 ¢ now; about 0.15 ¢ with this draft." in said
    assert "Estimated from 30 calls of the last 7 days." in said
    assert "How is this estimated? What these calls cost is known" in said
    assert "Minutes that callers speak with people are taken to be as many as before." in said


def test_with_few_calls_the_test_calls_stand_for_them(paul, line, version):
    have_called(version, 3)
    TestCall.objects.create(flow=line, name="Billing", lines="caller presses 1\ngoes to “Goodbye”")
    say_more(line, 25)
    said = text_of(paul.get(publish_url(line)))
    assert "Estimated from this flow’s 1 test call." in said
    assert "so the test calls stand for them" in said
    assert " now; about " in said


def test_a_first_version_has_nothing_to_compare_with_and_a_flow_without_both_says_what_is_missing(
    paul, line, nobody_called
):
    assert "It can be estimated once this flow has test calls, or callers." in text_of(paul.get(publish_url(line)))
    TestCall.objects.create(flow=line, name="Billing", lines="caller presses 1\ngoes to “Goodbye”")
    assert "A call will cost about" in text_of(paul.get(publish_url(line)))


def test_what_callers_do_not_notice_in_the_bill_is_said_once(paul, line, version):
    have_called(version, 20)
    line.steps.filter(key="goodbye").update(name="The end")
    assert "A call costs about 0.10 ¢, now and with this draft." in text_of(paul.get(publish_url(line)))


def test_what_was_expected_is_kept_with_the_version_and_compared_with_what_came(maria, paul, line, version):
    have_called(version, 30)
    say_more(line, 25)
    published = publishing.publish(line, by=None)
    assert published.report["forecast"] == {"cost": "0.001400", "rests_on": "30 calls of the last 7 days"}
    expected = "A call was expected to cost about 0.14 ¢, by 30 calls of the last 7 days."
    assert f"{expected} No call has come yet." in text_of(paul.get(published.get_absolute_url()))
    past["came"] = Came(40, Decimal("0.0672"))
    assert f"{expected} Until now its 40 calls cost 0.17 ¢ on average, 20 % more." in text_of(
        maria.get(published.get_absolute_url())
    )
    past["came"] = Came(1, Decimal("0.0014"))
    assert "Until now its one call cost 0.14 ¢ on average, as expected. So few calls say little." in text_of(
        paul.get(published.get_absolute_url())
    )


def test_a_forecast_that_cannot_be_made_stops_no_publishing(line, version, monkeypatch):
    monkeypatch.setattr("flows.seams.spent", lambda *asked: 1 / 0)
    say_more(line, 25)
    assert "forecast" not in publishing.publish(line, by=None).report


def test_without_anything_to_go_by_no_forecast_is_kept(paul, line, version):
    say_more(line, 25)
    published = publishing.publish(line, by=None)
    assert "forecast" not in published.report
    assert "was expected to cost" not in text_of(paul.get(published.get_absolute_url()))
