"""Rows that tests of the live path begin with: a published flow on a number, and a call that rings."""

from datetime import UTC, datetime

from flows.engine.snapshot import dump
from flows.models import Flow, FlowVersion, PhoneNumber
from streams import calls

NUMBER = "+14155550199"
CALLER = "+14155550142"


def published(flow, *, number=NUMBER):
    """An engine flow, stored as version 1 and live on `number`."""
    row = Flow.objects.create(name=flow.name, slug="test-line")
    version = FlowVersion.objects.create(flow=row, number=1, spec=1, snapshot=dump(flow))
    PhoneNumber.objects.create(number=number, version=version)
    return version


def ringing(call_uuid="c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10"):
    """A call that was answered with a stream, and the token of that stream."""
    call = calls.open_call(call_uuid=call_uuid, caller=CALLER, called=NUMBER, direction="inbound", at=datetime.now(UTC))
    return call, calls.issue_token(call)
