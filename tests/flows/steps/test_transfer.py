import json

import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.snapshot import dump_state, load_state
from tests.builders import flow_of
from tests.scripted_call import Caller

EXITS = {"busy": "busy", "no-answer": "nobody", "failed": "broken"}


def put_through(exits=EXITS, **settings):
    flow = flow_of(
        desk=("transfer", {"destination": "desk", **settings}, exits),
        **{name: ("say", f"{name}.", "bye") for name in ("busy", "nobody", "broken", "after")},
        bye=("hang_up", "Bye."),
    )
    return Caller(flow)


def on_a_new_stream(call):
    call.state = load_state(json.loads(json.dumps(dump_state(call.state))))
    return call


def test_it_rings_once_the_announcement_was_heard():
    call = put_through(ring_seconds=30)
    assert call.last(do.Transfer) is None
    assert call.hears().last(do.Transfer) == do.Transfer(destination="desk", ring_seconds=30, turn=1)


def test_it_rings_at_once_without_an_announcement():
    assert put_through(announcement="").last(do.Transfer).destination == "desk"


def test_it_rings_only_once():
    assert put_through().hears().hears().commands == []


@pytest.mark.parametrize(("result", "step"), [("busy", "busy"), ("no-answer", "nobody"), ("failed", "broken")])
def test_a_caller_who_was_not_put_through_comes_back_on_a_new_stream(result, step):
    call = on_a_new_stream(put_through().hears())
    assert call.feed(on.TransferFinished(result=result)).step == step


@pytest.mark.parametrize("result", ["", "answered", "gone"])
def test_a_result_that_nobody_knows_is_a_failure(result):
    assert put_through().feed(on.TransferFinished(result=result)).step == "broken"


def test_a_completed_transfer_ends_the_call():
    call = put_through().feed(on.TransferFinished(result="completed", seconds=80))
    assert call.last(do.Hangup).reason == "Desk: they have spoken"


def test_a_completed_transfer_may_lead_on():
    call = put_through(EXITS | {"completed": "after"}).feed(on.TransferFinished(result="completed"))
    assert call.step == "after"


def test_a_later_agent_is_told_of_it():
    call = put_through().feed(on.TransferFinished(result="no-answer"))
    assert call.state.tried == ("Was to be put through to desk, where nobody answered.",)


def test_a_dropped_stream_puts_the_caller_through_again():
    call = on_a_new_stream(put_through().hears()).feed(on.CallResumed())
    assert call.played
    assert call.hears().last(do.Transfer)
