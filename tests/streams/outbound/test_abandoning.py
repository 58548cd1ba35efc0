"""Abandoned calls: what counts as one, and a list that stops itself (rule L04)."""

from datetime import timedelta

import pytest

from streams.models import Callee, CallEvent, CallList, OutboundAttempt
from streams.outbound import abandoning
from tests.streams.made import a_call
from tests.streams.outbound.conftest import MONDAY_10

pytestmark = pytest.mark.django_db


def ended(call_list, *, words_after=1.0, lines=(), seconds=60, **about):
    """A call that somebody took, whose first words came so many seconds after; None: never."""
    place = Callee.objects.count()
    callee = Callee.objects.create(call_list=call_list, number=f"+1415555{2000 + place}", state="reached", place=place)
    over = MONDAY_10 + timedelta(seconds=seconds)
    call = a_call(direction="outbound", began_at=MONDAY_10, answered_at=MONDAY_10, ended_at=over)
    told = [("prompt_started", words_after, {})] if words_after is not None else []
    for seq, (kind, at, data) in enumerate([*told, *lines], start=1):
        CallEvent.objects.create(call=call, seq=seq, at=at, kind=kind, data=data)
    given = {"result": "reached", "answered_at": MONDAY_10, "settled_at": over, "call": call, **about}
    return OutboundAttempt.objects.create(callee=callee, number=callee.number, ordered_at=MONDAY_10, **given)


LATER = MONDAY_10 + timedelta(minutes=5)
FAILED = ("transfer_finished", 20.0, {"result": "no-answer"})
SPOKE = ("transfer_finished", 30.0, {"result": "completed"})


@pytest.mark.parametrize(
    ("about", "abandoned"),
    [
        ({}, False),
        ({"words_after": 1.9}, False),
        ({"words_after": 2.1}, True),
        ({"words_after": None}, True),
        ({"words_after": None, "seconds": 1}, False),  # they hung up at once
        ({"lines": [FAILED]}, True),
        ({"lines": [FAILED, SPOKE]}, False),
        ({"lines": [("transfer_refused", 20.0, {"why": "It is gone."})]}, True),
        ({"words_after": None, "machine": True}, False),
        ({"result": "we-failed"}, True),
        ({"result": "opted-out", "words_after": None}, False),
    ],
)
def test_a_call_is_abandoned_when_nothing_was_said_in_time_or_nobody_was_there_for_them(a_list, about, abandoned):
    attempt = ended(a_list(), **about)
    assert abandoning.judge(LATER) == 1
    attempt.refresh_from_db()
    assert attempt.abandoned is abandoned


def test_nothing_is_judged_before_the_log_of_the_call_is_whole(a_list):
    ended(a_list())
    assert abandoning.judge(MONDAY_10 + timedelta(seconds=65)) == 0


@pytest.mark.parametrize(("bad", "of", "state"), [(1, 1, "running"), (2, 66, "paused"), (2, 67, "running")])
def test_a_list_stops_itself_above_three_in_a_hundred(a_list, bad, of, state):
    made = a_list()
    for number in range(of):
        ended(made, words_after=9.0 if number < bad else 1.0)
    abandoning.judge(LATER)
    made.refresh_from_db()
    assert made.state == state
    if state == "paused":
        assert made.stopped_itself
        assert f"{bad} of {of} people" in made.why


def test_a_list_that_somebody_lets_go_on_is_judged_by_the_calls_since_then(a_list):
    made = a_list()
    for _ in range(2):
        ended(made, words_after=9.0)
    abandoning.judge(LATER)
    assert CallList.objects.get().state == "paused"
    CallList.objects.update(state="running", stopped_itself=False, state_at=LATER)
    ended(made, answered_at=LATER + timedelta(minutes=1), settled_at=LATER + timedelta(minutes=2))
    abandoning.judge(LATER + timedelta(minutes=5))
    assert CallList.objects.get().state == "running"
    for _ in range(2):
        ended(made, result="we-failed", answered_at=LATER + timedelta(minutes=6))
    abandoning.judge(LATER + timedelta(minutes=20))
    assert "2 of 3 people" in CallList.objects.get().why


def test_calls_of_the_day_before_are_forgiven(a_list):
    made = a_list()
    for _ in range(3):
        ended(made, words_after=9.0)
    OutboundAttempt.objects.update(answered_at=MONDAY_10 - timedelta(hours=25))
    abandoning.judge(LATER)
    assert CallList.objects.get().state == "running"
