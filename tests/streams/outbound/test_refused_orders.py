"""A list of which the carrier refuses every order."""

from datetime import timedelta

import httpx2
import pytest

from streams.models import CallList, OutboundAttempt
from tests.streams.outbound.conftest import MINUTE, MONDAY_10, THEM

pytestmark = pytest.mark.django_db
NUMBERS = [f"+1415555{number}" for number in range(2000, 2009)]
REFUSED = httpx2.Response(400, json={"error": "from is not a number of this account"})


def test_it_stops_itself_with_the_carrier_s_words_before_everybody_has_lost_their_attempts(desk, a_list):
    a_list(*NUMBERS, at_once=5)
    desk.plivo.trouble = REFUSED
    desk.sweep()
    desk.sweep(MINUTE)
    stopped = CallList.objects.get()
    assert (stopped.state, stopped.stopped_itself, OutboundAttempt.objects.count()) == ("paused", True, 5)
    assert "from is not a number of this account" in stopped.why


def test_one_order_that_is_taken_says_that_it_is_not_the_list(desk, a_list):
    a_list(*NUMBERS[:4], THEM, at_once=4)
    desk.plivo.trouble = REFUSED
    desk.sweep()
    desk.plivo.trouble = None
    desk.sweep(MINUTE)
    desk.sweep(2 * MINUTE)
    assert CallList.objects.get().state == "running"


def test_who_starts_it_again_is_believed_to_have_mended_it(desk, a_list):
    a_list(*NUMBERS, at_once=5)
    desk.plivo.trouble = REFUSED
    desk.sweep()
    CallList.objects.update(state_at=MONDAY_10 + timedelta(seconds=1))
    desk.sweep(MINUTE)
    assert CallList.objects.get().state == "running"
