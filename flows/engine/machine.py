"""The machine that walks a flow: `advance(flow, state, event) -> (state, commands)`. Pure and total.

How it works, in short. A call is always at one step. An event goes to that step, which answers with a move: stay, ask
again, or leave by an outcome. Leaving follows an exit to the next step, which is entered at once, and so on until a
step stays (it waits for something) or the call ends. Commands gathered on the way are given to the driver.

*Turns end races.* A prompt finishes, a timer fires, an agent answers: each may arrive after the caller has moved on.
Every command carries the turn it was given in, the driver echoes that turn in the event, and an echo of an older turn
is dropped here. Authors of steps never think of it.

*Keys typed ahead count.* A key pressed where no keys are wanted (during a greeting) is kept in `State.typed` and given
to the next step that takes keys.

*Nothing is awaited, read or raised.* A missing exit or an endless circle ends the call with a reason; publishing
refuses such flows, so this is the second net.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from flows.engine.commands import Command, Hangup, LogAnswer, LogEntered, LogLeft, Play, StopPlaying
from flows.engine.events import CallAnswered, CallerHungUp, CallResumed, DigitPressed, Event, value
from flows.engine.step import Leave, Move, Outcome, Retry, State, Stay, Step

MAX_STEPS_PER_EVENT = 50  # cuts off a flow that walks in a circle without ever waiting
MAX_STEPS_PER_CALL = 400  # cuts off a circle that does wait, with a caller who never says a word
MAX_TYPED_AHEAD = 20  # the longest card or account number, with room for the menu choices before it
MAX_TRIED = 12  # sentences about earlier attempts that an agent is told

Moved = tuple[State, list[Command]]


@value
class Exit:
    """The edge for one outcome of one step. `label` and `phrases` are what a builder gave an option."""

    step: str
    outcome: str
    goes_to: str | None = None
    label: str = ""
    phrases: tuple[str, ...] = ()


@value
class Flow:
    """One published version, whole and immutable: all that the engine ever sees.

    `resources` holds what settings refer to, by what it is and key: `resources["hours"]["office"]`.
    """

    name: str
    start: str
    steps: Mapping[str, Step]
    exits: Mapping[tuple[str, str], Exit]
    names: Mapping[str, str] = field(default_factory=dict)
    language: str = "en-US"
    voice: str = ""
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def name_of(self, step: str) -> str:
        """What builders call this step."""
        return self.names.get(step, step)


def advance(flow: Flow, state: State, event: Event) -> Moved:
    """Apply one event. Total: it never raises, whatever the event and whenever it comes."""
    state = replace(state, at=max(state.at, event.at))
    if isinstance(event, CallAnswered):
        if state.turn:
            return state, []
        state = replace(state, began=event.began, caller=event.caller, called=event.called)
        return _enter(flow, state, flow.start)
    if state.step is None or event.turn not in (None, state.turn):
        return state, []  # the call is over, or the event answers a turn that has passed
    if isinstance(event, CallerHungUp):
        left = LogLeft(step=state.step, outcome="caller-hung-up", turn=state.turn)
        return replace(state, step=None), [left]
    if isinstance(event, CallResumed):
        return _enter(flow, state, state.step)
    step = flow.steps.get(state.step)
    if step is None:
        return _end(state, [], f"the flow has no step {state.step}")
    if isinstance(event, DigitPressed) and not step.takes_keys:
        state = replace(state, typed=(state.typed + event.digit)[:MAX_TYPED_AHEAD])
    return _settle(flow, state, step.handle(state, event), [], MAX_STEPS_PER_EVENT)


def _enter(flow: Flow, state: State, key: str) -> Moved:
    state = replace(state, step=key)
    return _arrive(flow, state, [], MAX_STEPS_PER_EVENT)


def _settle(flow: Flow, state: State, move: Move, commands: list[Command], budget: int) -> Moved:
    """Carry out a move, and those that follow from it, until a step waits or the call ends."""
    while True:
        budget -= 1
        _add(commands, move.commands, state.turn + isinstance(move, Retry))
        if isinstance(move, Stay):
            scratch = state.scratch if move.scratch is None else move.scratch
            state = replace(state, scratch=scratch)
            if isinstance(move, Retry):
                state = replace(state, turn=state.turn + 1, typed="")
            taken = _take_typed(flow, state)
            if taken is None:
                return state, commands
            if budget <= 0:
                return _end(state, commands, "the flow goes in circles")
            state, move = taken
            continue
        goes_to, instead = _exit(flow, state, move)
        if instead is not None:
            move = instead
            continue
        state = _remember(state, move, commands, goes_to)
        if goes_to is None:
            return _end(state, commands, _why_it_ends(flow, state, move.outcome))
        if budget <= 0:
            return _end(state, commands, "the flow goes in circles")
        return _arrive(flow, replace(state, step=goes_to), commands, budget)


def _arrive(flow: Flow, state: State, commands: list[Command], budget: int) -> Moved:
    """Enter the step that `state` names, as a new turn."""
    key = state.step or ""
    state = replace(state, turn=state.turn + 1, scratch={}, steps_taken=state.steps_taken + 1)
    step = flow.steps.get(key)
    if step is None:
        return _end(state, commands, f"the flow has no step {key}")
    if state.steps_taken > MAX_STEPS_PER_CALL:
        return _end(state, commands, "the call went through too many steps")
    _add(commands, [LogEntered(step=key)], state.turn)
    return _settle(flow, state, step.enter(state), commands, budget)


def _take_typed(flow: Flow, state: State) -> tuple[State, Move] | None:
    """Give the next key that was typed ahead to a step that takes keys."""
    step = flow.steps.get(state.step or "")
    if not state.typed or step is None or not step.takes_keys:
        return None
    key, rest = state.typed[0], state.typed[1:]
    state = replace(state, typed=rest)
    return state, step.handle(state, DigitPressed(digit=key, at=state.at))


def _exit(flow: Flow, state: State, move: Leave) -> tuple[str | None, Stay | None]:
    """Where this move leads: the next step, or the step's own `otherwise`."""
    found = flow.exits.get((state.step or "", move.outcome))
    goes_to = found.goes_to if found else None
    return goes_to, (move.otherwise if goes_to is None else None)


def _remember(state: State, move: Leave, commands: list[Command], goes_to: str | None) -> State:
    """Log the exit, and keep the answers and what the caller tried."""
    if move.answers:
        _add(commands, [LogAnswer(answers=dict(move.answers))], state.turn)
    _add(commands, [LogLeft(step=state.step or "", outcome=move.outcome, goes_to=goes_to)], state.turn)
    tried = (*state.tried, move.tried)[-MAX_TRIED:] if move.tried else state.tried
    return replace(state, answers={**state.answers, **move.answers}, tried=tried)


def _why_it_ends(flow: Flow, state: State, outcome: str) -> str:
    step = flow.steps[state.step or ""]
    declared = next((o for o in step.outcomes() if o.name == outcome), Outcome(name=outcome))
    if declared.optional:
        return f"{flow.name_of(state.step or '')}: {declared.label or outcome}"
    return f"{flow.name_of(state.step or '')} has no exit for {outcome}"


def _end(state: State, commands: list[Command], reason: str) -> Moved:
    _add(commands, [Hangup(reason=reason)], state.turn)
    return replace(state, step=None, typed="", scratch={}), commands


def _add(commands: list[Command], more: Any, turn: int) -> None:
    """Stamp commands with their turn. A prompt that is stopped before it began is not started at all."""
    for command in more:
        if isinstance(command, StopPlaying):
            commands[:] = [c for c in commands if not isinstance(c, Play)]
        commands.append(replace(command, turn=turn))
