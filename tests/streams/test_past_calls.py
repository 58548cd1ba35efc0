"""Past calls of a flow, for a replay."""

from datetime import timedelta

import pytest

from flows.models import Flow, FlowVersion
from streams.models import Rehearsal
from streams.past_calls import of_flow
from tests.streams.made import NOON, SNAPSHOT, TALK, a_call, log


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


def test_the_latest_calls_that_are_over_come_with_what_callers_did(version, django_assert_num_queries):
    for _ in range(3):
        log(a_call(ended=60, version=version), *TALK)
    a_call(version=version)  # still going on
    a_call(ended=60)  # on another flow
    with django_assert_num_queries(2):
        found = of_flow(version.flow_id, NOON - timedelta(days=1), 2)
    assert len(found) == 2
    assert {call.version_pk for call in found} == {version.pk}
    assert "entered" in {kind for _, kind, _, _ in found[0].events}
    assert "used" not in {kind for _, kind, _, _ in found[0].events}


def test_test_calls_come_where_they_are_asked_for_with_the_flow_they_were_made_to(version, admin_user):
    rehearsal = Rehearsal.objects.create(flow=version.flow, title="Draft", snapshot=SNAPSHOT, by=admin_user)
    log(a_call(ended=60, rehearsal=rehearsal), *TALK)
    asked = (version.flow_id, NOON - timedelta(days=1), 10)
    assert of_flow(*asked) == []
    assert [call.rehearsed for call in of_flow(*asked, rehearsals=True)] == [SNAPSHOT]


def test_calls_before_that_day_are_left_out(version):
    log(a_call(ended=60, version=version), *TALK)
    assert of_flow(version.flow_id, NOON + timedelta(days=1), 10) == []


def test_what_callers_said_to_being_listened_to_comes_along(version):
    log(a_call(ended=60, version=version), *TALK, (9.0, "consent_given", "ask", {"by": "notice"}))
    (found,) = of_flow(version.flow_id, NOON - timedelta(days=1), 2)
    assert (9.0, "consent_given", "ask", {"by": "notice"}) in found.events
