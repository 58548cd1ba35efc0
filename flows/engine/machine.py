"""The machine that walks a flow: `advance(flow, state, event) -> (state, commands)`. Pure and total.

A call is always at one step. An event goes to that step, which answers with a move: stay, ask again, or leave by an
outcome. Leaving follows an exit to the next step, entered at once, until a step stays or the call ends.

*Turns end races.* A prompt finishes, a timer fires, an agent answers, and the caller may have moved on. Every command
carries the turn it was given in, the driver echoes it in the event, and an echo of an older turn is dropped here.

*Keys typed ahead count.* A key pressed where no keys are wanted is kept for the next step that takes keys.

*Flows stand inside flows.* A step that goes to another flow holds it; callers in there are at a path such as
`pay/menu`, whose exits lead to other steps of that flow, until they go back to `pay`.

*Nothing is awaited, read or raised.* A missing exit or a circle ends the call; publishing refuses such flows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from flows.engine.answers import known_answers
from flows.engine.commands import (
    Command,
    Hangup,
    Listen,
    LogAnswer,
    LogEntered,
    LogLeft,
    LogMissed,
    Play,
    StartAgent,
    StopAgent,
    StopListening,
    StopPlaying,
    StopUnderstanding,
    Understand,
)
from flows.engine.consenting import LogConsent
from flows.engine.events import CallAnswered, CallerHungUp, CallResumed, DigitPressed, Event, MachineAnswered
from flows.engine.exits import Exit as Exit
from flows.engine.inside import INTO, beside, into, outside
from flows.engine.languages import Language
from flows.engine.recording import Recording
from flows.engine.spoken_answers import has_marker, with_answers
from flows.engine.step import MACHINE, RETURNED, GoBack, GoInside, Leave, Move, Passage, Retry, State, Stay, Step
from flows.engine.usual_texts import digit_text
from flows.engine.values import value

MAX_STEPS_PER_EVENT = 50  # cuts off a flow that walks in a circle without ever waiting
MAX_STEPS_PER_CALL = 400  # cuts off a circle that does wait, with a caller who never says a word
MAX_TYPED_AHEAD = 20  # the longest card or account number, with room for the menu choices before it
MAX_TRIED = 12  # sentences about earlier attempts that an agent is told

UNDOES: Mapping[type[Command], type[Command]] = {
    StopPlaying: Play,
    StopListening: Listen,
    StopAgent: StartAgent,
    StopUnderstanding: Understand,
}

IN_A_LANGUAGE = (Play, Listen, Understand, StartAgent)

Moved = tuple[State, list[Command]]


@value
class Flow:
    """One published version, whole and immutable: all that the engine ever sees.

    `resources` holds what settings refer to, by what it is and key: `resources["hours"]["office"]`. `voice`,
    `transcriber` and `agent` name engines, "" the site's usual one. `discloses_ai`: its AI steps say what they are.
    `languages` are those besides its own, and `translated` its steps in each of them. `recording`: its calls are
    recorded. `keeps_transcripts`: what is said in them is kept as text.
    """

    name: str
    start: str
    steps: Mapping[str, Step]
    exits: Mapping[tuple[str, str], Exit]
    names: Mapping[str, str] = field(default_factory=dict)
    language: str = "en-US"
    voice: str = ""
    transcriber: str = ""
    agent: str = ""
    discloses_ai: bool = True
    recording: Recording | None = None
    keeps_transcripts: bool = True
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    languages: tuple[Language, ...] = ()
    translated: Mapping[str, Mapping[str, Step]] = field(default_factory=dict)

    def step_of(self, state: State) -> Step | None:
        """The step where the call is, in the language of the call."""
        found = self.at(state.step or "")
        if found is None:
            return None
        flow, key = found
        return flow.translated.get(state.language, flow.steps).get(key) or flow.steps.get(key)

    def voice_in(self, language: str) -> str:
        """The voice that reads this language; the flow's own for ""."""
        return next((each.voice for each in self.languages if each.code == language), self.voice)

    def name_of(self, path: str) -> str:
        """What builders call this step: “Payment › Main menu” for one of a flow inside."""
        key, _, rest = path.partition(INTO)
        name, inside = self.names.get(key, key), self.steps[key].inside if key in self.steps else None
        return f"{name} › {inside.name_of(rest) if inside else rest}" if rest else name

    def at(self, path: str) -> "tuple[Flow, str] | None":
        """The flow that this step belongs to, and its key there; None where there is no such flow."""
        key, _, rest = path.partition(INTO)
        if not rest:
            return self, key
        step = self.steps.get(key)
        return step.inside.at(rest) if step and step.inside else None

    def paths(self) -> Iterator[str]:
        """The paths of all its steps, with those of flows inside it behind the step that goes there."""
        for key, step in self.steps.items():
            yield key
            yield from (into(key, path) for path in step.inside.paths()) if step.inside else ()

    def step_at(self, path: str | None) -> Step | None:
        """The step at this path; None where there is none."""
        found = self.at(path or "")
        return found[0].steps.get(found[1]) if found else None


def advance(flow: Flow, state: State, event: Event) -> Moved:
    """Apply one event. Total: it never raises, whatever the event and whenever it comes."""
    state = replace(state, at=max(state.at, event.at))
    if isinstance(event, CallAnswered):
        if state.turn:
            return state, []
        state = replace(state, step=flow.start, began=event.began, earlier_calls=event.earlier_calls)
        state = replace(state, caller=event.caller, called=event.called)
        return _arrive(flow, state, [], MAX_STEPS_PER_EVENT)
    if state.step is None:
        return state, []
    if isinstance(event, CallerHungUp):
        left = LogLeft(step=state.step, outcome="caller-hung-up", turn=state.turn)
        return _over(state), [left]
    if event.turn not in (None, state.turn):
        return state, []  # it answers a turn that has passed
    if isinstance(event, CallResumed):
        return _arrive(flow, state, [], MAX_STEPS_PER_EVENT)
    if isinstance(event, MachineAnswered):
        key = next((key for key, step in flow.steps.items() if step.meets_machines), None)
        if key is None:
            return state, []
        move: Move = Leave(outcome=MACHINE, commands=[StopPlaying()])
        return _settle(flow, replace(state, step=key, typed=""), move, [], MAX_STEPS_PER_EVENT)
    step = flow.step_of(state)
    if step is None:
        return _end(state, [], f"the flow has no step {state.step}")
    if isinstance(event, DigitPressed) and not step.takes_keys:
        state = replace(state, typed=(state.typed + event.digit)[:MAX_TYPED_AHEAD])
    return _settle(flow, state, step.handle(state, event), [], MAX_STEPS_PER_EVENT)


def _settle(flow: Flow, state: State, move: Move | Passage, commands: list[Command], budget: int) -> Moved:
    """Carry out a move, and those that follow from it, until a step waits or the call ends."""
    while budget > 0:
        budget -= 1
        if isinstance(move, GoInside):
            return _go_inside(flow, state, commands, budget)
        if isinstance(move, GoBack):
            state, move = _back(state, move, commands)
        if isinstance(move, Leave):
            goes_to = _goes_to(flow, state, move.outcome)
            if goes_to is None and move.otherwise is not None:
                move = move.otherwise
                continue
            state = _left(state, move, commands, goes_to)
            if goes_to is None:
                return _end(state, commands, _why_it_ends(flow, state, move.outcome))
            return _arrive(flow, replace(state, step=goes_to), commands, budget)
        state = _stayed(flow, state, move, commands)
        if any(isinstance(command, Hangup) for command in move.commands):
            return _over(state), commands
        taken = _take_typed(flow, state)
        if taken is None:
            return state, commands
        state, move = taken
    return _end(state, commands, "the flow goes in circles", sorry=True)


def _arrive(flow: Flow, state: State, commands: list[Command], budget: int) -> Moved:
    """Enter the step that `state` names, as a new turn."""
    key = state.step or ""
    state = replace(state, turn=state.turn + 1, scratch={}, steps_taken=state.steps_taken + 1)
    step = flow.step_of(state)
    if step is None:
        return _end(state, commands, f"the flow has no step {key}")
    if state.steps_taken > MAX_STEPS_PER_CALL:
        return _end(state, commands, "the call went through too many steps", sorry=True)
    _add(commands, [LogEntered(step=key)], state.turn)
    return _settle(flow, state, step.enter(state), commands, budget)


def _go_inside(flow: Flow, state: State, commands: list[Command], budget: int) -> Moved:
    """Enter the flow inside this step."""
    step = flow.step_at(state.step)
    if step is None or step.inside is None:
        return _end(state, commands, f"{flow.name_of(state.step or '')} leads to no flow", sorry=True)
    return _arrive(flow, replace(state, step=into(state.step or "", step.inside.start)), commands, budget)


def _back(state: State, move: GoBack, commands: list[Command]) -> tuple[State, Leave]:
    """Return to the step that this flow stands inside."""
    outer = outside(state.step or "")
    if not outer:
        return state, move.directly
    _add(commands, [LogLeft(step=state.step or "", outcome=RETURNED, goes_to=outer)], state.turn)
    return replace(state, step=outer), Leave(outcome=RETURNED)


def _take_typed(flow: Flow, state: State) -> tuple[State, Move] | None:
    """Give the next key that was typed ahead to a step that takes keys."""
    step = flow.step_of(state)
    if not state.typed or step is None or not step.takes_keys:
        return None
    key, rest = state.typed[0], state.typed[1:]
    state = replace(state, typed=rest)
    return state, step.handle(state, DigitPressed(digit=key, at=state.at))


def _goes_to(flow: Flow, state: State, outcome: str) -> str | None:
    path = state.step or ""
    here = flow.at(path)
    found = here[0].exits.get((here[1], outcome)) if here else None
    return beside(path, found.goes_to) if found and found.goes_to else None


def _stayed(flow: Flow, state: State, move: Stay, commands: list[Command]) -> State:
    """What a step asks for while it waits; asking again is a new turn."""
    if isinstance(move, Retry):
        state = replace(state, turn=state.turn + 1, typed="")
    _add(commands, (_in_words(flow, state, command) for command in _placed(state, move.commands)), state.turn)
    state = _counted(state, move.used)
    return state if move.scratch is None else replace(state, scratch=move.scratch)


def _counted(state: State, used: str) -> State:
    return replace(state, used={**state.used, used: state.used.get(used, 0) + 1}) if used else state


def _placed(state: State, commands: Iterable[Command]) -> Iterator[Command]:
    return (replace(c, step=state.step or "") if isinstance(c, LogMissed | LogConsent) else c for c in commands)


def _in_words(flow: Flow, state: State, command: Command) -> Command:
    """What is said, with the call's answers in it; and in which language it is said or understood."""
    if state.language and isinstance(command, IN_A_LANGUAGE) and not command.language:
        command = replace(command, language=state.language)
    if isinstance(command, Play) and has_marker(command.texts):
        command = with_answers(command, known_answers(flow.steps.values()), state)
    if isinstance(command, Play) and command.language:
        return replace(command, texts=tuple(digit_text(text, command.language) for text in command.texts))
    return command


def _left(state: State, move: Leave, commands: list[Command], goes_to: str | None) -> State:
    """Log the exit, and keep the answers and what the caller tried."""
    step = state.step or ""
    _add(commands, _placed(state, move.commands), state.turn)
    if move.answers:
        _add(commands, [LogAnswer(step=step, answers=dict(move.answers))], state.turn)
    _add(commands, [LogLeft(step=step, outcome=move.outcome, goes_to=goes_to)], state.turn)
    tried = (*state.tried, move.tried)[-MAX_TRIED:] if move.tried else state.tried
    language = state.language if move.language is None else move.language
    typed = (move.typed + state.typed)[:MAX_TYPED_AHEAD]
    state = _counted(state, move.used)
    return replace(state, answers={**state.answers, **move.answers}, tried=tried, language=language, typed=typed)


def _why_it_ends(flow: Flow, state: State, outcome: str) -> str:
    step = flow.step_at(state.step)
    declared = next((o for o in step.outcomes() if o.name == outcome), None) if step else None
    if declared and declared.optional:
        return f"{flow.name_of(state.step or '')}: {declared.label or outcome}"
    return f"{flow.name_of(state.step or '')} has no exit for {outcome}"


def _end(state: State, commands: list[Command], reason: str, *, sorry: bool = False) -> Moved:
    _add(commands, [Hangup(reason=reason, sorry=sorry)], state.turn)
    return _over(state), commands


def _over(state: State) -> State:
    return replace(state, step=None, typed="", scratch={})


def _add(commands: list[Command], more: Iterable[Command], turn: int) -> None:
    """Stamp commands with their turn. What is stopped before it began is not started at all."""
    for command in more:
        begun = UNDOES.get(type(command))
        if begun:
            commands[:] = [earlier for earlier in commands if not isinstance(earlier, begun)]
        commands.append(replace(command, turn=turn))
