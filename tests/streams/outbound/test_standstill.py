"""A carrier that cannot be asked: nothing was done, so nobody loses an attempt, and all lists try again together."""

from datetime import timedelta

import httpx2
import pytest

from streams.models import Callee, CallList, OutboundAttempt
from streams.ordered.refusals import LONGEST
from streams.outbound.standstill import standstill
from tests.streams.outbound.conftest import MINUTE, MONDAY_10, OTHER, THEM

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def away(desk):
    desk.plivo.trouble = httpx2.ConnectError("away")
    return desk


def test_after_one_order_in_vain_no_list_asks_again_before_the_pause_is_over(away, a_list):
    a_list(THEM, OTHER)
    a_list("+14155550144")
    away.sweep()
    assert OutboundAttempt.objects.count() == 1
    assert set(Callee.objects.values_list("state", flat=True)) == {"waiting"}
    away.sweep(29 * SECOND)
    assert OutboundAttempt.objects.count() == 1
    away.sweep(31 * SECOND)
    assert OutboundAttempt.objects.count() == 2  # one for all lists


def test_the_pause_grows_with_the_trouble_and_is_never_long(away, a_list):
    a_list()
    asked = []
    for seconds in range(0, 3 * 3600, 30):
        before = OutboundAttempt.objects.count()
        away.sweep(seconds * SECOND)
        if OutboundAttempt.objects.count() > before:
            asked.append(seconds)
    assert asked[:6] == [0, 30, 60, 120, 240, 480]
    assert {after - before for before, after in zip(asked[8:], asked[9:], strict=False)} == {LONGEST.seconds}


def test_when_the_carrier_is_back_everybody_is_called_soon_and_no_attempt_is_lost(away, a_list):
    a_list(THEM, OTHER, most_attempts=1, minutes=1440)
    away.sweep()
    away.sweep(MINUTE)
    away.plivo.trouble = None
    away.sweep(3 * MINUTE)
    assert len(away.plivo.orders) == 1
    assert standstill(away.now) is None
    away.sweep(3 * MINUTE + 30 * SECOND)
    assert {order["to"] for order in away.plivo.orders} == {THEM[1:], OTHER[1:]}
    assert list(OutboundAttempt.objects.values_list("result", flat=True).distinct().order_by("result")) == [
        "never-made",
        "ringing",
    ]


def test_an_account_that_is_refused_is_a_standstill_and_a_number_that_is_refused_is_none(desk, a_list):
    a_list(THEM, OTHER)
    desk.plivo.trouble = httpx2.Response(401)
    desk.sweep()
    halt = standstill(desk.now)
    assert "PLIVO_AUTH_ID" in halt.in_words(desk.now)
    assert "no attempt counts" in halt.in_words(desk.now)
    desk.plivo.trouble = httpx2.Response(400, json={"error": "to is no number"})
    desk.sweep(MINUTE)
    assert standstill(desk.now) is None
    assert OutboundAttempt.objects.latest("pk").result == "failed"


def test_what_may_have_been_done_is_no_standstill_and_is_asked_about(desk, a_list):
    a_list(THEM, OTHER)
    desk.plivo.trouble = httpx2.ReadTimeout("late")
    desk.sweep()
    assert standstill(desk.now) is None
    assert set(Callee.objects.values_list("state", flat=True)) == {"calling"}


def test_a_call_of_which_the_carrier_knows_nothing_waits_some_minutes_for_it_may_ring_late(desk, a_list):
    a_list()
    desk.plivo.trouble = httpx2.ReadTimeout("late")
    desk.sweep()
    desk.plivo.trouble = None
    desk.sweep(12 * MINUTE)
    assert desk.state() == ("waiting", ["never-made"])
    assert Callee.objects.get().next_at == MONDAY_10 + 17 * MINUTE
    assert standstill(desk.now) is None
    assert CallList.objects.get().state == "running"
