"""How callers went through a flow, as the database counts it."""

from datetime import timedelta

import pytest

from flows.models import Flow, FlowVersion
from streams.models import Rehearsal
from streams.reports.traffic import of_flow
from tests.streams.made import NOON, SNAPSHOT, TALK, a_call, log

BEFORE = NOON - timedelta(days=7)


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT)


def test_each_caller_counts_once_at_each_step_and_exit_and_where_they_hung_up(version, django_assert_num_queries):
    log(a_call(ended=60, version=version, outcome_kind="person"), *TALK)
    back = [(20.0, "left", "helper", {"outcome": "menu", "goes_to": "menu"}), (20.0, "entered", "menu", {})]
    log(a_call(ended=60, version=version, outcome_kind="caller"), *TALK[:6], *TALK[6:8], *back)
    with django_assert_num_queries(4):
        found = of_flow(version.flow_id, BEFORE)
    assert found.calls == 2
    assert found.came == {"menu": 2, "helper": 2, "support": 1}
    assert found.left == {("menu", "no-match"): 2, ("helper", "person"): 1, ("helper", "menu"): 1}
    assert found.hung_up == {"menu": 1}


def test_test_calls_other_flows_older_calls_and_calls_that_go_on_do_not_count(version, admin_user):
    rehearsal = Rehearsal.objects.create(flow=version.flow, title="Draft", snapshot=SNAPSHOT, by=admin_user)
    log(a_call(ended=60, rehearsal=rehearsal), *TALK)
    log(a_call(ended=60), *TALK)
    log(a_call(ended=60, version=version, began_at=BEFORE - timedelta(seconds=1)), *TALK)
    log(a_call(version=version), *TALK)
    found = of_flow(version.flow_id, BEFORE)
    assert (found.calls, found.came, found.left, found.hung_up) == (0, {}, {}, {})
