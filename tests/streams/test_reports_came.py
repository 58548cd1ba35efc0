"""What the calls of a version cost until now."""

from decimal import Decimal

import pytest
from django.utils import timezone

from flows.models import Flow, FlowVersion
from flows.seams import Came
from streams.models import Call, CallFigures
from streams.reports.came import of_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    flow = Flow.objects.create(name="Main line", slug="main-line")
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot={})


def test_the_calls_of_this_version_alone_are_counted(version):
    for number, cost in enumerate(("0.003", "0.009")):
        call = Call.objects.create(call_uuid=f"c{number}", version=version, began_at=timezone.now())
        CallFigures.objects.create(call=call, version=version, began_at=call.began_at, cost=Decimal(cost))
    other = Call.objects.create(call_uuid="other", began_at=timezone.now())
    CallFigures.objects.create(call=other, began_at=other.began_at, cost=1)
    assert of_version(version.pk) == Came(2, Decimal("0.012"))
    assert of_version(version.pk).mean == Decimal("0.006")


def test_nothing_came_yet(version):
    assert of_version(version.pk) == Came(0, Decimal(0))
    assert of_version(version.pk).mean == 0
