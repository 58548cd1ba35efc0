"""What the calls of a version cost until now."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flows.models import Flow, FlowVersion
from flows.seams import Came
from streams.figures.rollups import changed, roll_up
from streams.models import Call, CallFigures
from streams.reports.came import of_version

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot={})


def test_the_calls_of_this_version_alone_are_counted(version):
    for number, cost in enumerate(("0.003", "0.009")):
        call = Call.objects.create(call_uuid=f"c{number}", version=version, began_at=NOW)
        CallFigures.objects.create(call=call, version=version, began_at=call.began_at, cost=Decimal(cost))
    other = Call.objects.create(call_uuid="other", began_at=NOW)
    CallFigures.objects.create(call=other, began_at=other.began_at, cost=1)
    changed([NOW.date()])
    roll_up()
    assert of_version(version.pk) == Came(2, Decimal("0.012"))
    assert of_version(version.pk).mean == Decimal("0.006")


def test_nothing_came_yet(version):
    assert of_version(version.pk) == Came(0, Decimal(0))
    assert of_version(version.pk).mean == 0
