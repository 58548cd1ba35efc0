"""Test calls gate publishing, and a version keeps what they did."""

import pytest

from flows import publishing
from flows.models import FlowVersion, TestCall
from flows.testcalls import gate
from tests.flows.addresses import publish_url
from tests.flows.pages import text_of


@pytest.fixture
def billing(menu):
    return TestCall.objects.create(flow=menu.flow, name="Billing", lines="# evening\npresses 1\ngoes to Goodbye")


def test_all_calls_run_with_one_query(line, menu, billing, django_assert_num_queries):
    TestCall.objects.create(flow=line, name="Silence", lines="says nothing\nhears sorry")
    flow = publishing.draft(line).flow
    with django_assert_num_queries(1):
        ran = gate.results(line, flow)
    assert [(test.name, result.passed) for test, result in ran] == [("Billing", True), ("Silence", True)]


def test_a_failing_call_refuses_publishing_and_names_its_line(line, menu, billing, quick_voice):
    billing.lines = "presses 1\ngoes to Sales"
    billing.save()
    with pytest.raises(publishing.NotPublishable, match="Some test calls of this flow fail") as caught:
        publishing.publish(line, by=None)
    (problem,) = caught.value.problems
    assert problem.sentence.startswith("The test call “Billing” fails at line 2 (goes to Sales). This flow has no step")
    assert not FlowVersion.objects.exists()
    assert quick_voice == []


def test_a_passing_call_brings_its_difficult_caller_to_the_steps_that_it_comes_to(line, menu, billing):
    TestCall.objects.filter(pk=billing.pk).update(plays="hostile")
    TestCall.objects.create(flow=line, name="Fails", lines="presses 1\nhears nonsense", plays="silence")
    flow = publishing.draft(line).flow
    assert gate.tested(gate.results(line, flow)) == {(key, "hostile") for key in ("hello", "main-menu", "goodbye")}


def test_lines_that_cannot_be_read_any_more_refuse_it_too(line, menu, billing):
    TestCall.objects.filter(pk=billing.pk).update(lines="caller dances")
    (problem,) = gate.failures(line, publishing.draft(line).flow)
    assert "line 1 (caller dances)" in problem.sentence


def test_the_version_keeps_how_many_passed_and_what_they_walked(line, menu, billing, quick_voice):
    version = publishing.publish(line, by=None)
    assert version.report["tests"] == {"passed": 1, "of": 1, "coverage": 0.4}


def test_a_flow_without_test_calls_is_published_as_ever(line, quick_voice):
    assert "tests" not in publishing.publish(line, by=None).report


def test_the_page_that_publishes_shows_them_and_leads_to_the_one_that_fails(paul, line, menu, billing, quick_voice):
    shown = text_of(paul.get(publish_url(line)))
    assert "1 of 1 test call passes They walk 40% of the exits." in shown
    TestCall.objects.filter(pk=billing.pk).update(lines="presses 1\nhears nonsense")
    page = paul.get(publish_url(line))
    assert "The test call “Billing” fails at line 2" in text_of(page)
    assert billing.get_absolute_url() in page.content.decode()
    assert "Publish version 1" not in text_of(page)
    paul.post(publish_url(line), {"notes": "All the same."})
    assert not FlowVersion.objects.exists()


def test_publishing_in_the_background_keeps_the_same_report(paul, line, menu, billing, scripted_voice):
    paul.post(publish_url(line), {"notes": ""})
    assert FlowVersion.objects.get().report["tests"]["passed"] == 1
