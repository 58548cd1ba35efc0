"""Properties of every call, on random flows over every registered kind, with random events in random turns."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import Phase, example, find, given, settings
from hypothesis import strategies as st

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import Command
from flows.engine.events import Event
from flows.engine.machine import MAX_STEPS_PER_CALL, MAX_TRIED, MAX_TYPED_AHEAD, Flow, advance
from flows.engine.problems import problems
from flows.engine.replay import end_state
from flows.engine.snapshot import dump, dump_state, load, load_state
from flows.engine.step import State, Step
from flows.engine.stored_settings import build
from flows.steps import REGISTRY
from tests.builders import flow_of
from tests.flows import strategies
from tests.properties import USUAL, examples

ANSWERED = on.CallAnswered(began=1_783_332_000.0, caller="+14155550123")


def in_turn(event: Event, offset: int | None, state: State) -> Event:
    return replace(event, turn=None if offset is None else state.turn + offset)


def equal(one: Any, other: Any) -> bool:
    """Equality in which nan is itself."""
    return repr(one) == repr(other)


# --- anything at all ------------------------------------------------------------------------------------------------


@examples(40)
@given(strategies.flows(), st.lists(strategies.events(), max_size=25))
def test_no_event_ever_raises_and_a_replay_comes_to_the_same_state(flow, acts):
    state, history = State(), [ANSWERED]
    state, _ = advance(flow, state, ANSWERED)
    for event, offset in acts:
        event = in_turn(event, offset, state)
        history.append(event)
        state, commands = advance(flow, state, event)
        assert state.step is None or flow.step_at(state.step)
        assert all(command.turn <= state.turn for command in commands)
        assert len(commands) < 500
        assert len(state.typed) <= MAX_TYPED_AHEAD
        assert len(state.tried) <= MAX_TRIED
        assert state.steps_taken <= MAX_STEPS_PER_CALL + 1
        if state.step is None:
            assert not state.typed
            assert not state.scratch
    assert equal(end_state(flow, history), state)


@examples(40)
@given(strategies.flows(), st.lists(strategies.events(), max_size=12))
def test_the_state_survives_json_and_the_call_goes_on(flow, acts):
    state, _ = advance(flow, State(), ANSWERED)
    for event, offset in acts:
        state, _ = advance(flow, state, in_turn(event, offset, state))
        back = load_state(json.loads(json.dumps(dump_state(state))))
        assert equal(back, replace(state, typed="", scratch={}))
        state = back
    resumed, _ = advance(flow, state, on.CallResumed())
    assert resumed.step is None or state.step is not None


@examples(40)
@given(strategies.flows())
def test_a_flow_survives_a_snapshot(flow):
    assert load(json.loads(json.dumps(dump(flow)))) == flow


@examples(40)
@given(strategies.flows())
def test_any_flow_can_be_checked_and_each_problem_names_what_exists(flow):
    for problem in problems(flow):
        assert problem.step in {"", *flow.steps}
        assert problem.sentence.endswith((".", "?"))


# --- a faithful line -------------------------------------------------------------------------------------------------


ASKS = (
    {"tool": "put_through", "arguments": {"to": "desk"}},
    {"tool": "leave_message", "arguments": {"message": "Call Ann."}},
    {"tool": "look_up_orders", "arguments": {"order": "4711"}},
)


@dataclass
class Line:
    """What a driver still owes the engine: each of these will bring an event of its turn."""

    playing: set[int] = field(default_factory=set)
    timers: dict[str, int] = field(default_factory=dict)
    agent: int | None = None
    asked: int | None = None
    away: list[Event] = field(default_factory=list)

    def perform(self, command: Command) -> None:
        match command:
            case do.Play(turn=turn):
                self.playing.add(turn)
            case do.StopPlaying():
                self.playing.clear()
            case do.StartTimer(timer=timer, turn=turn):
                self.timers[timer] = turn
            case do.CancelTimer(timer=timer):
                self.timers.pop(timer, None)
            case do.StartAgent(turn=turn):
                self.agent = turn
            case do.StopAgent():
                self.agent = None
            case do.Understand(turn=turn):
                self.asked = turn
            case do.StopUnderstanding():
                self.asked = None
            case do.LogEntered():
                self.timers.clear()
                self.agent = self.asked = None
            case do.Transfer():
                self.away = [
                    on.TransferFinished(result=result) for result in ("completed", "busy", "no-answer", "failed")
                ]
            case do.RecordMessage():
                self.away = [on.RecordingFinished(seconds=seconds) for seconds in (0, 9)]

    def owes(self, turn: int) -> list[Event]:
        """What may happen next without any act of the caller."""
        if self.away:
            return self.away
        timers = [on.TimerFired(timer=timer, turn=of) for timer, of in self.timers.items() if of == turn]
        prompt = [on.PromptFinished(turn=turn)] if turn in self.playing else []
        outcomes = ("booked", "person", "failed", "could-not-help")
        agent = [on.AgentFinished(outcome=outcome, turn=turn) for outcome in outcomes] if self.agent == turn else []
        meanings = [on.Understood(answer=found, confidence=0.9, turn=turn) for found in ("1", "2027-05-03", "made up")]
        asked = [on.AgentAsked(call_id="1", turn=turn, **asks) for asks in ASKS] if self.agent == turn else []
        return prompt or [*timers, *agent, *asked, *(meanings if self.asked == turn else [])]

    def brings(self, event: Event) -> None:
        match event:
            case on.PromptFinished(turn=turn):
                self.playing.discard(turn)
            case on.TimerFired(timer=timer):
                self.timers.pop(timer, None)
            case on.AgentFinished():
                self.agent = None
            case on.Understood():
                self.asked = None
            case on.TransferFinished() | on.RecordingFinished():
                self.away = []


ACTS = st.sampled_from(
    [None, None, *(on.DigitPressed(digit=key) for key in "0129*#"), on.SpeechStarted()]
    + [on.UtteranceHeard(text=text, confidence=1.0) for text in ("word 1", "agent", "seven", "uh", "what?", "yes")]
)


def walk(flow: Flow, draw: Any, most: int) -> tuple[State, list[str]]:
    """A call on a faithful line: after each event it has ended, or something is owed. Returns why it ended."""
    line, state, reasons = Line(), State(), []
    event: Event = ANSWERED
    for _ in range(most):
        line.brings(event)
        state, commands = advance(flow, state, event)
        for command in commands:
            line.perform(command)
        reasons += [command.reason for command in commands if isinstance(command, do.Hangup)]
        if state.step is None:
            assert len(reasons) == 1
            return state, reasons
        owed = line.owes(state.turn)
        assert owed, f"dead air at {flow.step_at(state.step).kind} after {event}"
        act = None if line.away else draw(ACTS)
        event = act or draw(st.sampled_from(owed))
    return state, reasons


@examples(40)
@given(strategies.flows(), st.data())
def test_a_call_always_waits_for_something_that_will_come_or_has_ended(flow, data):
    walk(flow, data.draw, 30)


@examples(40)
@given(strategies.publishable_flows(), st.data())
def test_a_flow_without_problems_never_needs_the_second_net(flow, data):
    unreachable = [problem for problem in problems(flow) if "reach" not in problem.sentence]
    assert unreachable == []
    _, reasons = walk(flow, data.draw, 60)
    assert not [reason for reason in reasons if "no exit" in reason or "circles" in reason or "no step" in reason]


@examples(10)  # each of these is a call of thousands of events
@given(strategies.publishable_flows())
def test_a_caller_who_never_does_anything_comes_to_an_end(flow):
    most = MAX_STEPS_PER_CALL * 12  # a step that waits asks at most five times, with a prompt and a timer each
    state, _ = walk(flow, lambda wanted: None if wanted is ACTS else wanted.elements[0], most)
    assert state.step is None


# --- what must not be kept ------------------------------------------------------------------------------------------

SECRET = "7391846205"
SECRET_KINDS = sorted(kind for kind, cls in REGISTRY.items() if cls.is_secret is not Step.is_secret)


def runs(digits: str) -> list[str]:
    """Every stretch of three digits, which no time, turn or number of attempts will show by chance."""
    return [digits[place : place + 3] for place in range(len(digits) - 2)]


@examples(40)
@given(st.sampled_from(SECRET_KINDS), st.data())
@example("collect_digits", None)
def test_secret_digits_are_in_nothing_that_is_kept(kind, data):
    given_settings = {"do_not_keep": True, "fewest": 4} if data is None else data.draw(strategies.settings(kind))
    if not build(kind, given_settings).is_secret:
        return
    flow = flow_of(ask=(kind, given_settings, "talk"), talk=("agent", {}, "bye"), bye=("hang_up", ""))
    state, kept = advance(flow, State(), ANSWERED)
    acts = (
        [SECRET] if data is None else data.draw(st.lists(st.sampled_from([SECRET, SECRET[:4], "#", "*"]), max_size=4))
    )
    for keys in acts:
        for key in keys:
            if state.step == "ask":
                state, more = advance(flow, state, on.DigitPressed(digit=key))
                kept += more
        if state.step == "ask":
            state, more = advance(flow, state, on.TimerFired(timer="wait", turn=state.turn))
            kept += more
        commands = [command for command in kept if not isinstance(command, do.StartTimer)]  # its seconds are any number
        told = repr(commands) + repr(state.answers) + repr(state.tried) + json.dumps(dump_state(state))
        assert not [run for run in runs(SECRET) if run in told.replace(repr(ANSWERED.began), "")]


def test_at_least_one_kind_can_keep_a_secret():
    assert "collect_digits" in SECRET_KINDS


ANY = settings(max_examples=USUAL, phases=[Phase.generate])  # the first that is found, not the simplest


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_good_settings_of_every_kind_are_found(kind):
    assert strategies.good_options(kind) or not REGISTRY[kind].takes_options
    assert find(strategies.good_settings(kind), lambda given: True, settings=ANY) is not None
