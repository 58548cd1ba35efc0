"""Calls whose steps and figures are there, as reports keep them."""
# ruff: noqa: F401, F811  (fixtures of the pages' tests)

from decimal import Decimal

import pytest

from streams.figures import rollups
from streams.models import CallFigures, StepVisit
from tests.streams.admin.conftest import finished, signed_in, version

SEES = ("view_call", "add_export")


@pytest.fixture
def counted(finished):
    """Makes a finished call with its figures and two visits."""

    def make(**fields):
        call = finished(**fields)
        figures = {"began_at": call.began_at, "flow": call.version.flow, "version": call.version, "language": "en-US"}
        figures |= {"answered": True, "entered": True, "transferred": True, "seconds": 61}
        figures |= {"cost": Decimal("0.006"), "stream_cost": Decimal("0.006")}
        CallFigures.objects.update_or_create(call=call, defaults=figures)
        StepVisit.objects.filter(call=call).delete()
        StepVisit.objects.create(call=call, place=1, step="menu", exit="key-1", seconds=3.2, cost=Decimal("0.001"))
        StepVisit.objects.create(call=call, place=7, step="helper", hung_up=True, seconds=6, cost=Decimal("0.005"))
        rollups.changed([rollups.day_of(call.began_at)])
        return call

    return make
