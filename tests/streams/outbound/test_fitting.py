"""Lists whose flow changed while they run."""

import pytest

from flows.engine.snapshot import dump
from flows.models import FlowVersion, PhoneNumber
from streams.models import CallList
from streams.outbound import fitting
from tests.builders import flow_of
from tests.streams.outbound.conftest import MONDAY_10

pytestmark = pytest.mark.django_db
MENU = ("menu", "To buy, press 9.", {"9": "bye", ...: "bye"})


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"calls_for": "sales"}, "It stopped itself, since another version of its flow is live. Menu: 9 means"),
        ({"machines": "message"}, "It stopped itself, since another version of its flow is live. It leaves messages"),
    ],
)
def test_a_list_stops_itself_when_a_version_goes_live_that_does_not_do(a_list, version, about, why):
    a_list(**about)
    assert fitting.stop_unfit(MONDAY_10) == 0
    snapshot = dump(flow_of(menu=MENU, bye=("hang_up", "Bye.")))
    PhoneNumber.objects.update(
        version=FlowVersion.objects.create(flow=version.flow, number=2, spec=1, snapshot=snapshot)
    )
    assert fitting.stop_unfit(MONDAY_10) == 1
    stopped = CallList.objects.get()
    assert (stopped.state, stopped.stopped_itself, stopped.why.startswith(why)) == ("paused", True, True)
    assert fitting.stop_unfit(MONDAY_10) == 0, "nobody is asked twice"


def test_advice_stops_no_list_that_only_reminds(a_list, version):
    a_list(calls_for="information")
    FlowVersion.objects.update(snapshot=dump(flow_of(menu=MENU, bye=("hang_up", "Bye."))))
    assert fitting.stop_unfit(MONDAY_10) == 0
