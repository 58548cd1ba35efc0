"""Calls that cost something, for budgets."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from flows.models import Flow, FlowVersion
from streams.models import Charge
from tests.streams.made import a_call

_keys = count(1)


def a_version(name="Main line"):
    flow, _ = Flow.objects.get_or_create(name=name, defaults={"slug": name.lower().replace(" ", "-")})
    version, _ = FlowVersion.objects.get_or_create(flow=flow, number=1, defaults={"spec": 1, "snapshot": {}})
    return version


def costing(dollars, at, *, version=None, **fields):
    """A finished call that began at a moment and cost so much."""
    given = {"began_at": at, "answered_at": at, "ended_at": at + timedelta(seconds=60), "status": "finished"}
    call = a_call(version=version, **given | {"outcome_kind": "person"} | fields)
    a_charge(call, dollars)
    return call


def a_charge(call, dollars, **fields):
    """What one thing on this call cost."""
    given = {"kind": "stream", "description": "Stream", "quantity": 1, "unit": "minute", "basis": "socket"}
    return Charge.objects.create(
        source_key=f"stream:{next(_keys)}", call=call, amount=Decimal(str(dollars)), **given | fields
    )
