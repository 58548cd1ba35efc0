from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.replay import end_state, replay
from flows.engine.step import State
from tests.builders import flow_of

FLOW = flow_of(menu=("menu", "Press 1.", {"1": "bye", ...: "bye"}), bye=("hang_up", "Bye."))
EVENTS = [
    on.CallAnswered(began=0.0),
    on.PromptFinished(at=3.0, turn=1),
    on.DigitPressed(at=5.0, digit="9"),
    on.TimerFired(at=9.0, turn=1, timer="wait"),
    on.DigitPressed(at=9.5, digit="1"),
]


def test_replaying_the_events_of_a_call_comes_to_the_same_state():
    walked = list(replay(FLOW, EVENTS))
    assert [event for event, _, _ in walked] == EVENTS
    assert walked[-1][1] == end_state(FLOW, EVENTS)
    assert walked[-1][1].step == "bye"


def test_each_event_comes_with_what_followed_from_it():
    *_, (_, _, commands) = replay(FLOW, EVENTS)
    assert do.LogLeft(step="menu", outcome="1", goes_to="bye", turn=2) in commands


def test_a_replay_may_begin_in_the_middle():
    middle = end_state(FLOW, EVENTS[:3])
    assert end_state(FLOW, EVENTS[3:], middle) == end_state(FLOW, EVENTS)


def test_no_events_leave_the_state_as_it_was():
    assert end_state(FLOW, []) == State()
