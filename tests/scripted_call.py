"""A call as text, with nothing but the engine behind it. Pure: no audio, no clock, no database.

`Caller` drives a flow from Python, and plays a faithful line: what answers a command carries that command's turn.
`rewrite` reads a whole call from text and gives it back as it happens now:

    flow: clinic
     0.0 call    answered
         line    enters menu
         line    plays "For billing, press 1."
     2.0 caller  presses 1
         line    falls silent

Lines with a time are events; `line` lines are what followed, and are the ones that are compared. Comments begin with #.

    call    answered [on 2026-07-04 12:00 UTC]     caller  presses 1 2 #      prompt  heard
    call    resumes                                caller  starts to speak    timer   wait
    agent   says "..." [for 5 cents]               caller  says "..." [at 0.3]
    agent   ends: resolved [with name=Ann]         caller  hangs up
    model   understands "1" [at 0.9]               model   understands nothing
    transfer busy                                  message of 12 seconds      stale ... (answers an earlier turn)
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import Command
from flows.engine.consenting import LogConsent
from flows.engine.events import Event
from flows.engine.machine import Flow, advance
from flows.engine.step import State

NO_MODEL: Mapping[str, tuple[str, float]] = {}
A_MONDAY_AT_TEN = datetime(2026, 7, 6, 10, tzinfo=UTC).timestamp()


class Caller:
    """One call on a flow. `commands` are those of the last event, `played` the texts that it brought.

    `model` tells what words mean, with the confidence, for those that a step asks about: None for a model that never
    answers. One without an entry means nothing, as on a line without a model.
    """

    def __init__(
        self,
        flow: Flow,
        *,
        began: float = A_MONDAY_AT_TEN,
        caller: str = "+14155550123",
        earlier_calls: int = 0,
        model: Mapping[str, tuple[str, float]] | None = NO_MODEL,
    ) -> None:
        self.flow, self.state, self.model = flow, State(), model
        self.commands: list[Command] = []
        self.all_commands: list[Command] = []
        answered = on.CallAnswered(began=began, caller=caller, called="+14155550199", earlier_calls=earlier_calls)
        self.feed(answered)

    def feed(self, event: Event) -> "Caller":
        """One event. Returns itself, so that acts can be strung together."""
        self.state, self.commands = advance(self.flow, self.state, event)
        self.all_commands += self.commands
        return self

    def presses(self, keys: str) -> "Caller":
        """Keys, one event each."""
        for key in keys:
            self.feed(on.DigitPressed(digit=key))
        return self

    def says(self, text: str, confidence: float = 1.0) -> "Caller":
        """Speech, from its start to its understanding, by a model where the step asks for one."""
        self.feed(on.SpeechStarted()).feed(on.UtteranceHeard(text=text, confidence=confidence))
        asked = self.last(do.Understand)
        if asked and self.model is not None:
            self.model_answers(*self.model.get(asked.said, ("", 0.0)))
        return self

    def model_answers(self, answer: str, confidence: float = 0.9) -> "Caller":
        """What the words mean that this turn asked about."""
        return self.feed(on.Understood(answer=answer, confidence=confidence, turn=self.state.turn))

    def hears(self) -> "Caller":
        """The prompt of this turn to its end."""
        return self.feed(on.PromptFinished(turn=self.state.turn))

    def waits(self, timer: str = "wait") -> "Caller":
        """Until the timer of this turn fires."""
        return self.feed(on.TimerFired(timer=timer, turn=self.state.turn))

    def is_silent(self) -> "Caller":
        """Through the prompt and the wait after it."""
        return self.hears().waits()

    def agent_asks(self, tool: str, call_id: str = "call-1", **arguments: Any) -> "Caller":
        """The agent of this turn asks for something."""
        return self.feed(on.AgentAsked(call_id=call_id, tool=tool, arguments=arguments, turn=self.state.turn))

    def agent_ends(self, outcome: str, **answers: str) -> "Caller":
        """The agent of this turn finishes."""
        return self.feed(on.AgentFinished(outcome=outcome, answers=answers, turn=self.state.turn))

    @property
    def step(self) -> str | None:
        """Where the call stands."""
        return self.state.step

    def last(self, kind: type[Command]) -> Any:
        """The last command of this kind in answer to the last event, or None."""
        return next((command for command in reversed(self.commands) if isinstance(command, kind)), None)

    @property
    def played(self) -> tuple[str, ...]:
        """The texts that the last event brought."""
        return tuple(text for command in self.commands if isinstance(command, do.Play) for text in command.texts)

    @property
    def way(self) -> list[tuple[str, str]]:
        """The steps left so far, each with its outcome."""
        return [(command.step, command.outcome) for command in self.all_commands if isinstance(command, do.LogLeft)]


# --- telling ------------------------------------------------------------------------------------------------------


def tell(command: Command) -> str:
    """A command in words."""
    match command:
        case do.Play(texts=texts):
            return f"plays {', '.join(_quoted(text) for text in texts)}"
        case do.StopPlaying():
            return "falls silent"
        case do.Listen(phrases=phrases):
            return (
                f"listens for {_quoted(phrases[0])} and {len(phrases) - 1} more" if phrases else "listens for anything"
            )
        case do.StopListening():
            return "stops listening"
        case do.StartTimer(seconds=seconds, timer=timer):
            return f"starts the timer {timer} of {seconds:g} s"
        case do.StartAgent(greeting=greeting, outcomes=outcomes, tried=tried):
            told = f", who is told: {' '.join(tried)}" if tried else ""
            return f"starts the agent {_quoted(greeting)} to end in {', '.join(o.name for o in outcomes)}{told}"
        case do.AnswerAgent(result=result):
            return f"tells the agent {_quoted(result)}"
        case do.LogAsked(tool=tool, verdict=verdict):
            return f"is asked for {tool}: {verdict}"
        case do.LookUp(lookup=lookup, fields=fields):
            return f"looks up {lookup} with {', '.join(f'{name}={given}' for name, given in fields.items())}"
        case do.KeepNote(text=text):
            return f"keeps a message {_quoted(text)}"
        case do.AskForCallback(about=about, destination=destination):
            return f"asks for a call back {_quoted(about)}" + (f" with {destination}" if destination else "")
        case do.SendText(name=name):
            return f"sends the text {_quoted(name)}"
        case do.SendKeys(digits=digits):
            return f"presses {digits}"
        case do.CancelTimer(timer=timer):
            return f"cancels the timer {timer}"
        case do.StopAgent():
            return "stops the agent"
        case do.Understand(said=said, wants=wants):
            return f"has it found out what {_quoted(said)} means ({wants})"
        case do.StopUnderstanding():
            return "needs no meaning any more"
        case do.Transfer(destination=destination, ring_seconds=seconds):
            return f"transfers to {destination}, ringing {seconds} s{', and listens' if command.listens else ''}"
        case do.RecordMessage(max_seconds=seconds, finish_key=key):
            return f"records up to {seconds} s, until {key}"
        case do.Hangup(reason=reason):
            return f"hangs up: {reason}"
        case do.LogEntered(step=step):
            return f"enters {step}"
        case do.LogLeft(step=step, outcome=outcome):
            return f"leaves {step} by {outcome}"
        case do.LogMissed(what=what):
            return f"notes a miss: {what}"
        case LogConsent(what=what, by=by, why=why):
            return f"notes consent {what}: {by or why}"
        case do.LogAnswer(answers=answers):
            return f"notes {', '.join(f'{name}={answer}' for name, answer in answers.items())}"
    raise AssertionError(f"There are no words for {command}; add them here.")


# --- reading ------------------------------------------------------------------------------------------------------


def _answered(when: str | None) -> Iterator[dict[str, Any]]:
    moment = datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp() if when else A_MONDAY_AT_TEN
    yield {"began": moment, "caller": "+14155550123", "called": "+14155550199"}


def _ended(outcome: str, answers: str | None) -> Iterator[dict[str, Any]]:
    pairs = (pair.split("=", 1) for pair in (answers or "").split(", ") if pair)
    yield {"outcome": outcome, "answers": dict(pairs)}


Fields = Callable[..., Iterator[dict[str, Any]]]
EVENTS: list[tuple[str, type[Event], Fields]] = [
    (r"call answered(?: on (.+) UTC)?", on.CallAnswered, _answered),
    (r"call resumes", on.CallResumed, lambda: iter([{}])),
    (r"caller presses (.+)", on.DigitPressed, lambda keys: ({"digit": key} for key in keys.replace(" ", ""))),
    (r"caller starts to speak", on.SpeechStarted, lambda: iter([{}])),
    (
        r'caller says "(.*)"(?: at ([\d.]+))?',
        on.UtteranceHeard,
        lambda text, sure: iter([{"text": text, "confidence": float(sure or 1)}]),
    ),
    (r"caller hangs up", on.CallerHungUp, lambda: iter([{}])),
    (r"prompt heard", on.PromptFinished, lambda: iter([{}])),
    (r"prompt unconfirmed", on.PromptFinished, lambda: iter([{"confirmed": False}])),
    (r"timer (\w+)", on.TimerFired, lambda timer: iter([{"timer": timer}])),
    (
        r'agent says "(.*)"(?: for ([\d.]+) cents)?',
        on.AgentSpoke,
        lambda text, cents: iter([{"text": text, "cents": float(cents or 0)}]),
    ),
    (r"agent ends: ([\w-]+)(?: with (.+))?", on.AgentFinished, _ended),
    (
        r'model understands "(.*)"(?: at ([\d.]+))?',
        on.Understood,
        lambda answer, sure: iter([{"answer": answer, "confidence": float(sure or 1)}]),
    ),
    (r"model understands nothing", on.Understood, lambda: iter([{}])),
    (r"transfer ([\w-]+)", on.TransferFinished, lambda result: iter([{"result": result}])),
    (r"message of (\d+) seconds", on.RecordingFinished, lambda seconds: iter([{"seconds": int(seconds)}])),
]
ANSWERS = (on.PromptFinished, on.TimerFired, on.AgentSpoke, on.AgentFinished, on.Understood)  # these carry a turn


def events(text: str, *, at: float, turn: int) -> Iterator[Event]:
    """The events that one line of a script stands for."""
    is_stale = text.startswith("stale ")
    for pattern, kind, fields in EVENTS:
        found = re.fullmatch(pattern, text.removeprefix("stale "))
        if found:
            for known in fields(*found.groups()):
                yield kind(at=at, turn=turn - is_stale if kind in ANSWERS else None, **known)
            return
    raise AssertionError(f"This line of a call is not understood: {text}")


def rewrite(script: str, flows: Callable[[str], Flow]) -> str:
    """The script with its `line` lines as the engine speaks them now; all others stay as they are."""
    out: list[str] = []
    state, flow = State(), None
    for line in script.splitlines():
        words = line.split("  #")[0].split()
        if words[:1] == ["line"]:
            continue
        out.append(line.rstrip())
        if words[:1] == ["flow:"]:
            flow = flows(words[1])
        elif words and not words[0].startswith("#"):
            assert flow is not None, "The first line of a call names its flow, such as “flow: clinic”."
            for event in events(" ".join(words[1:]), at=float(words[0]), turn=state.turn):
                state, commands = advance(flow, state, event)
                out += [f"      line    {tell(command)}" for command in commands]
    return "\n".join(out) + "\n"


def _quoted(text: str) -> str:
    return f'"{text}"'
