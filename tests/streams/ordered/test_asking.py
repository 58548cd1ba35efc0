"""What became of an order, by the carrier's codes, live calls and records; and orders of two sorts to one number."""

from datetime import timedelta

import httpx2
import pytest

from flows.models import Flow, PhoneNumber
from streams.models import CallbackAttempt, Callee, CallList, OutboundAttempt
from streams.ordered import asking
from tests.streams.callbacks import asked
from tests.streams.carriers.outbound_side import ACCOUNT, OutboundPlivo
from tests.streams.made import NOON

THEM = "+14155550142"
LATE = NOON + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("3010", asking.BUSY),
        (3000, asking.NO_ANSWER),
        ("4000", asking.PICKED_UP),
        ("9100", asking.MACHINE),
        ("3050", asking.NO_SUCH_NUMBER),
        ("5020", asking.FAILED),
        ("", asking.FAILED),
        (None, asking.FAILED),
        ("٣", asking.FAILED),
    ],
)
def test_codes_say_how_a_call_went(code, how):
    assert asking.by_code(code) == how


@pytest.fixture
def carrier(db, client):
    return OutboundPlivo(client)


def listed(**about):
    ours = PhoneNumber.objects.create(number="+14155550199")
    flow = Flow.objects.create(name="Main", slug="main")
    made = CallList.objects.create(name="L", flow=flow, ours=ours, company="Hart")
    callee = Callee.objects.create(call_list=made, number=THEM)
    return OutboundAttempt.objects.create(callee=callee, number=THEM, ordered_at=NOON, **about)


def told(carrier, order, now=LATE):
    with carrier.account(ACCOUNT, "token") as account:
        return asking.told_by(account, order, now)


def test_a_call_that_is_on_is_open(carrier):
    carrier.live = [{"call_uuid": "new", "to": THEM[1:]}]
    assert told(carrier, listed()) == ""


def test_a_call_or_record_of_a_call_back_is_not_that_of_a_list(carrier):
    order = listed()
    asked(number=THEM).attempts.create(number=THEM, ordered_at=NOON, request_uuid="back-1", result="ringing")
    carrier.live = [{"call_uuid": "back-1", "to": THEM[1:]}]
    carrier.records = [{"call_uuid": "back-1", "to_number": THEM[1:], "hangup_cause_code": 3010}]
    assert told(carrier, order) == asking.NEVER_MADE
    assert told(carrier, CallbackAttempt.objects.get()) == ""  # its own is on


def test_its_own_record_settles_it_and_without_one_it_was_never_made(carrier):
    order = listed(request_uuid="list-1")
    assert told(carrier, order, NOON + timedelta(minutes=5)) == ""  # it may be on its way
    assert told(carrier, order) == asking.NEVER_MADE
    carrier.records = [{"call_uuid": "list-1", "to_number": THEM[1:], "hangup_cause_code": "3000"}]
    assert told(carrier, order) == asking.NO_ANSWER


def test_the_record_of_an_earlier_call_to_them_settles_nothing(carrier):
    order = listed()
    old = {"call_uuid": "by hand", "to_number": THEM[1:], "hangup_cause_code": "3010"}
    carrier.records = [{**old, "end_time": f"{NOON - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}+00:00"}]
    assert told(carrier, order) == asking.NEVER_MADE


def test_a_record_settles_one_order_only(carrier):
    first = listed()
    carrier.records = [{"call_uuid": "lost-1", "to_number": THEM[1:], "hangup_cause_code": "3010"}]
    assert told(carrier, first) == asking.BUSY
    OutboundAttempt.objects.update(result="busy")
    second = OutboundAttempt.objects.create(callee=first.callee, number=THEM, ordered_at=LATE)
    assert told(carrier, second, LATE + timedelta(minutes=5)) == ""


def test_a_carrier_that_cannot_be_asked_settles_nothing(carrier):
    order = listed()
    carrier.trouble = httpx2.ConnectError("away")
    with carrier.account(ACCOUNT, "token") as account:
        assert asking.ask(account, [order], LATE, lambda pk, how: True) == 0
