"""A line in virtual time: it performs what the engine commands as a live session does, and minutes pass at once. Pure.

Nothing waits. What is due stands with its second, and `go_on` takes the earliest. A prompt lasts as long as it takes to
read it; a caller is not taken for silent until somebody says so (`silence`).
"""

import copy
from dataclasses import dataclass, field, replace

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import Command
from flows.engine.consenting import LogConsent
from flows.engine.disclosing import first_words
from flows.engine.events import Event
from flows.engine.machine import Flow, advance
from flows.engine.step import State, Step
from flows.testcalls.told import CONSENT_NOTED, Said, Timer
from flows.testcalls.world import World

CHARACTERS_A_SECOND = 15.0
MOST_EVENTS = 4000  # of one call; a flow that needs more is walking in circles
LONGEST_CALL = 3300.0  # seconds
ENOUGH_SECONDS = 1.5  # of a prompt, before a key counts as an answer to it
AI_THINKS = 2.0  # seconds until an assistant that was told nothing ends
PATIENCE = 20.0  # seconds of silence until an assistant lets a caller go
RINGS, TALKS = 4.0, 60.0  # seconds
FINDS_WITHIN = 0.5
CALLBACK_NOTED = "a call back is noted"


@dataclass
class VirtualCall:
    """One call. `heard` are (second of its beginning, text); `visited` steps by key; `taken` are (step, outcome)."""

    flow: Flow
    world: World
    state: State = field(default_factory=State)
    at: float = 0.0
    over: bool = False
    reason: str = ""
    trouble: str = ""
    heard: list[tuple[float, str]] = field(default_factory=list)
    told: list[Said] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    put_through: list[str] = field(default_factory=list)
    timers: dict[str, Timer] = field(default_factory=dict)
    errands: list[tuple[float, Event]] = field(default_factory=list)
    away: do.Transfer | do.RecordMessage | None = None
    agent: do.StartAgent | None = None
    listening: bool = False
    playing: int | None = None  # the turn whose prompts are not over yet
    may_barge_in: bool = True
    plays_from: float = 0.0
    plays_until: float = 0.0
    agent_since: float = 0.0
    events: int = 0
    is_answering: bool = False

    def fork(self) -> "VirtualCall":
        """Another call that has come to the same point."""
        other = copy.copy(self)
        for name in ("heard", "told", "visited", "taken", "put_through", "timers", "errands"):
            setattr(other, name, copy.copy(getattr(self, name)))
        other.world = self.world.fork()
        return other

    # --- where it stands ------------------------------------------------------------------------------------------

    @property
    def step(self) -> Step | None:
        """The step that the caller is in."""
        return self.flow.step_of(self.state)

    @property
    def last_step(self) -> str:
        """The key of the step entered last, "" before the first."""
        return self.visited[-1] if self.visited else ""

    @property
    def waits(self) -> bool:
        """True when the line waits for the caller, who may speak or press keys now."""
        is_busy = self.playing is not None or self.away or self.errands or self.over
        return not is_busy and self.step is not None and self.step.waits

    # --- time -----------------------------------------------------------------------------------------------------

    def begin(self, began: float, caller: str, earlier_calls: int = 0) -> None:
        """The call is answered."""
        called = "+14155550199"
        self.feed(on.CallAnswered(began=began, caller=caller, called=called, earlier_calls=earlier_calls))

    def go_on(self, *, ends_agent: bool = True, silence: bool = False) -> bool:
        """Let the next thing happen that comes without the caller; False when nothing does.

        `ends_agent`: an assistant that was told nothing more ends by itself. `silence`: the caller is waited for in
        vain. Without it, only what was typed or said already is taken for complete.
        """
        if self.over:
            return False
        due = self._due(silence)
        if due is None:
            if not (ends_agent and self.agent):
                return False
            due = (max(self.at, self.agent_since) + AI_THINKS, "agent")
        self._happens(*due)
        return True

    def pass_time(self, seconds: float) -> None:
        """So many seconds pass, in which the caller does nothing."""
        until = self.at + seconds
        while not self.over and (due := self._due(True)) and due[0] <= until:
            self._happens(*due)
        self.at = until

    def _due(self, silence: bool) -> tuple[float, str] | None:
        found: list[tuple[float, str]] = []
        if self.playing is not None:
            found.append((self.plays_until, "prompt"))
        if self.away is not None:
            found.append((self.at, "away"))
        found += [(due, "errand") for due, _ in self.errands[:1]]
        must_wait = self.step is not None and self.step.waits
        for name, timer in self.timers.items():
            if silence or not must_wait or timer.is_answer:
                found.append((timer.due, f"timer {name}"))
        return min(found, key=lambda due: due[0], default=None)

    def _happens(self, due: float, what: str) -> None:
        self.at = max(self.at, due)
        if what == "prompt":
            turn, self.playing = self.playing, None
            self.feed(on.PromptFinished(turn=turn))
        elif what == "errand":
            self.feed(self.errands.pop(0)[1])
        elif what == "away":
            self._comes_back()
        elif what == "agent":
            self.agent_finishes(self.agent.outcomes[0].name if self.agent and self.agent.outcomes else "")
        else:
            name = what.removeprefix("timer ")
            self.feed(on.TimerFired(timer=name, turn=self.timers.pop(name).turn))

    def _comes_back(self) -> None:
        """The carrier is done with what it was told; the call goes on with what a pause leaves of its state."""
        away, self.away = self.away, None
        self.state = replace(self.state, typed="", scratch={})
        if isinstance(away, do.Transfer):
            result = self.world.result_of(away.destination)
            self.at += away.ring_seconds if result == "no-answer" else RINGS
            if result == "completed":
                self.put_through.append(self.last_step)
                self.at += TALKS
            self.feed(on.TransferFinished(result=result, seconds=int(TALKS) if result == "completed" else 0))
        else:
            self.at += self.world.message
            self.feed(on.RecordingFinished(seconds=self.world.message))

    # --- the caller, and the assistant ------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """One key."""
        if self.away is None:
            early = self.playing is not None and self.at - self.plays_from < ENOUGH_SECONDS
            self.feed(on.DigitPressed(digit=key, early=early), answers=True)

    def say(self, words: str) -> bool:
        """Words; False when nobody listens."""
        if self.agent:
            self.pass_time(_length(words))
            if self.agent:
                self.feed(on.UtteranceHeard(text=words, turn=self.agent.turn), answers=True)
            return True
        if not self.listening or self.away is not None:
            self.pass_time(_length(words))
            return False
        turn, cut = self.playing, self.may_barge_in
        if cut:
            self._silence()
        self.feed(on.SpeechStarted())
        if cut and turn is not None:
            self.feed(on.PromptFinished(turn=turn))
        self.at += min(_length(words), 5.0)
        self.feed(on.UtteranceHeard(text=words), answers=True)
        return True

    def agent_says(self, words: str) -> None:
        """The assistant says this."""
        self._hear(words, "assistant")
        self.at = self.agent_since = max(self.at, self.agent_since) + _length(words)
        if self.agent:
            self.feed(on.AgentSpoke(text=words, turn=self.agent.turn))

    def agent_finishes(self, outcome: str) -> None:
        """The assistant ends the conversation."""
        if self.agent:
            turn, self.agent = self.agent.turn, None
            self.feed(on.AgentFinished(outcome=outcome, turn=turn))

    # --- the engine -----------------------------------------------------------------------------------------------

    def feed(self, event: Event, *, answers: bool = False) -> None:
        """Give one event to the engine, and perform what it asks for. `answers`: the caller gave it."""
        self.events += 1
        if self.over:
            return
        if self.events > MOST_EVENTS or self.at > LONGEST_CALL:
            self.over, self.reason = True, "the call reached its time limit"
            return
        self.is_answering = answers
        try:
            self.state, commands = advance(self.flow, self.state, replace(event, at=self.at))
        except Exception:  # a step that raises is a mistake of the program; a live caller hears an apology
            self.over, self.reason = True, "a step failed: tell whoever runs this site"
            return
        for command in commands:
            self._perform(command)
        if self.state.step is None and not self.over:
            self.over, self.reason = True, "the caller hung up"

    def _perform(self, command: Command) -> None:
        match command:
            case do.Play(texts=texts, barge_in=barge_in, turn=turn):
                self._play(texts, turn, barge_in)
            case do.StopPlaying():
                self._silence()
            case do.Listen():
                self.listening = True
            case do.StopListening():
                self.listening = False
            case do.StartTimer(seconds=seconds, timer=timer, turn=turn):
                self.timers[timer] = Timer(self.at + seconds, turn, self.is_answering)
            case do.CancelTimer(timer=timer):
                self.timers.pop(timer, None)
            case do.StartAgent(greeting=greeting, language=language):
                self.agent, self.listening = command, False
                said = " ".join(first_words(self.flow, greeting, language) if greeting else ())
                self._hear(said, "assistant")
                self.agent_since = max(self.at, self.plays_until) + _length(said)
            case do.StopAgent():
                self.agent = None
            case do.Understand() | do.LookUp() | do.SendText():
                self._later(self.world.answer(command))
            case do.AskForCallback(request=request):
                self.told.append(Said(self.at, "flow", CALLBACK_NOTED))
                if request:
                    self._later(self.world.answer(command))
            case do.StopUnderstanding():
                self.errands = [(due, event) for due, event in self.errands if not isinstance(event, on.Understood)]
            case do.Transfer() | do.RecordMessage():
                self.away, self.playing, self.agent, self.listening = command, None, None, False
                self.timers.clear()
            case do.Hangup(reason=reason):
                self.over, self.reason = True, reason
                self.playing = None
            case do.LogEntered(step=step):
                self._entered(step)
            case do.LogLeft(step=step, outcome=outcome):
                self.taken.append((step, outcome))
            case do.KeepNote():
                self.told.append(Said(self.at, "flow", "a message is noted"))
            case LogConsent(what=what):
                self.told.append(Said(self.at, "flow", CONSENT_NOTED[what]))

    def _entered(self, step: str) -> None:
        self.visited.append(step)
        self.told.append(Said(self.at, "flow", self.flow.name_of(step)))
        self.timers.clear()
        self.errands.clear()
        self.agent, self.listening, self.is_answering = None, False, False

    def _later(self, event: Event) -> None:
        kept = [(due, old) for due, old in self.errands if not isinstance(old, on.Understood)]
        self.errands = [*kept, (self.at + FINDS_WITHIN, event)]

    def _play(self, texts: tuple[str, ...], turn: int, barge_in: bool) -> None:
        if self.playing is None:
            self.plays_until = self.at
        self.playing, self.plays_from, self.may_barge_in = turn, self.plays_until, barge_in
        for text in texts:
            self._hear(text, "line", self.plays_until)
            self.plays_until += _length(text)

    def _hear(self, text: str, who: str, at: float | None = None) -> None:
        if text:
            self.heard.append((self.at if at is None else at, text))
            self.told.append(Said(self.at if at is None else at, who, text))

    def _silence(self) -> None:
        """What has not begun to play is never heard."""
        if self.playing is not None:
            self.heard = [(at, text) for at, text in self.heard if at <= self.at]
        self.playing, self.plays_until, self.agent_since = None, self.at, self.at


def _length(text: str) -> float:
    return len(text) / CHARACTERS_A_SECOND
