"""Runs a test call on a flow: line by line, in virtual time, to a result that says what happened instead. Pure.

A caller's act waits until the line waits for the caller, as people do; after `caller waits` it comes at that moment. An
expectation lets the call go on by itself as far as it must, but never takes the caller for silent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flows.engine import events as on
from flows.engine.commands import RecordMessage
from flows.engine.machine import Flow
from flows.engine.matching import words
from flows.testcalls import acts as a
from flows.testcalls.acts import AI_ACTS, Act, Calls, Expectation
from flows.testcalls.assistant import ai_acts
from flows.testcalls.language import Line, Unreadable, parse
from flows.testcalls.moments import moment
from flows.testcalls.told import Said
from flows.testcalls.virtual import CALLBACK_NOTED, PATIENCE, VirtualCall
from flows.testcalls.world import World, same

USUAL_CALLER = "+14155550123"
REACTS, BETWEEN_KEYS = 0.5, 0.3  # seconds
SHOWN = 80  # characters of a prompt within a sentence


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a test call.

    `line` is the number of the line that failed, 0 when all passed; `sentence` says what happened instead. `visited`
    are steps by key, in order, `taken` the exits as (step, outcome). `stands` is the step where the call was last.
    """

    passed: bool
    line: int
    sentence: str
    visited: tuple[str, ...]
    taken: tuple[tuple[str, str], ...]
    transcript: tuple[Said, ...]
    seconds: float
    stands: str
    ended: bool


def run(flow: Flow, lines: Sequence[Line]) -> Result:
    """Play these lines. Total: it never raises, and it always ends."""
    caller = Caller(flow)
    for line in lines:
        if sentence := caller.does(line.act):
            return caller.result(line.number, sentence)
    caller.begins()
    if not any(isinstance(line.act, Expectation) for line in lines):
        last = lines[-1].number if lines else 1
        return caller.result(last, "This test expects nothing yet. Add a line such as: goes to “Sales”.")
    return caller.result()


def run_text(flow: Flow, text: str) -> Result:
    """The same for lines as they are stored; one that cannot be read fails the test."""
    try:
        return run(flow, parse(text))
    except Unreadable as error:
        return Caller(flow).result(*error.errors[0])


@dataclass
class Caller:
    """One caller on one call, which begins with the first act or expectation; `calls` says when and from where.

    `heard_from` and `entered_from` are how much had happened at the last act.
    """

    flow: Flow
    call: VirtualCall = None  # type: ignore[assignment]
    began: bool = False
    at_once: bool = False
    heard_from: int = 0
    entered_from: int = 0
    plan: list[Act] = field(default_factory=list)
    calls: Calls = Calls()

    def __post_init__(self) -> None:
        self.call = self.call or VirtualCall(self.flow, World(self.flow))

    def fork(self) -> "Caller":
        """Another caller who has done the same so far."""
        other = Caller(self.flow, self.call.fork(), self.began, self.at_once, self.heard_from, self.entered_from)
        other.plan, other.calls = list(self.plan), self.calls
        return other

    def does(self, act: Act) -> str:
        """Do what a line says; returns "" or a sentence that says why the test fails here."""
        if isinstance(act, Calls):
            self.calls = act
            return ""
        if not isinstance(act, (Expectation, *AI_ACTS, *ACTS)):
            return self.call.world.learn(act)
        self.begins()
        if isinstance(act, Expectation):
            return EXPECTED[type(act)](self, act)
        return self._assistant(act) if isinstance(act, AI_ACTS) else self._acts(act)

    def begins(self) -> None:
        """The call is answered, if it was not yet: only now, so that all that was to be known before is known."""
        if not self.began:
            self.began = True
            at, caller = moment(self.calls, self.flow), self.calls.caller or USUAL_CALLER
            self.call.begin(at, caller, self.calls.earlier)

    def result(self, line: int = 0, sentence: str = "") -> Result:
        """How it stands now; `line` and `sentence` as in `Result`."""
        call = self.call
        return Result(
            passed=not sentence,
            line=line,
            sentence=sentence,
            visited=tuple(call.visited),
            taken=tuple(call.taken),
            transcript=tuple(sorted(call.told, key=lambda said: said.at)),
            seconds=call.at,
            stands=call.last_step,
            ended=call.over,
        )

    # --- acts -----------------------------------------------------------------------------------------------------

    def _acts(self, act: Act) -> str:
        if not self.at_once and not isinstance(act, a.Waits):
            self.until_callers_turn()
        if self.call.over:
            return f"The call was over before that: {self.call.reason}."
        if not isinstance(act, a.Waits):
            self.heard_from, self.entered_from = len(self.call.heard), len(self.call.visited)
        self.at_once = isinstance(act, a.Waits)
        ACTS[type(act)](self, act)
        return ""

    def until_callers_turn(self) -> None:
        """Let the call go on until the caller may do something; what they began to type is taken for whole."""
        self._go_on(lambda: False, ends_agent=False, away=True)
        if self.call.agent:
            self.call.at = max(self.call.at, self.call.agent_since)

    def comes_to_rest(self) -> None:
        """Let the call go on as far as it does without the caller."""
        self.begins()
        self._go_on(lambda: False)

    def _presses(self, act: a.Presses) -> None:
        self.call.told.append(Said(self.call.at, "caller", f"presses {act.keys}"))
        for place, key in enumerate(act.keys):
            self.call.pass_time(BETWEEN_KEYS if place else REACTS)
            self.call.press(key)

    def _says(self, act: a.Says) -> None:
        self.call.pass_time(REACTS)
        place, at = len(self.call.told), self.call.at
        listened = self.call.say(act.words)
        said = f"“{act.words}”" + ("" if listened else " (nobody listens here)")
        self.call.told.insert(place, Said(at, "caller", said))

    def _says_nothing(self, act: a.SaysNothing) -> None:
        call = self.call
        call.told.append(Said(call.at, "caller", "says nothing"))
        if call.away is not None:
            call.world.message = 0 if isinstance(call.away, RecordMessage) else call.world.message
            call.go_on()
        elif call.agent and not [name for name, timer in call.timers.items() if timer.due <= call.at + PATIENCE]:
            call.pass_time(PATIENCE)
            call.agent_finishes("could-not-help")
        elif not call.go_on(ends_agent=False, silence=True):
            call.pass_time(PATIENCE)

    def _waits(self, act: a.Waits) -> None:
        self.call.told.append(Said(self.call.at, "caller", f"waits {act.seconds:g} s"))
        self.call.pass_time(act.seconds)

    def _hangs_up(self, act: a.HangsUp) -> None:
        self.call.told.append(Said(self.call.at, "caller", "hangs up"))
        self.call.feed(on.CallerHungUp())

    def _assistant(self, act: Act) -> str:
        """What an assistant does: now where one talks, and else as soon as one does."""
        if not self._go_on(lambda: self._agent_is_free, ends_agent=False, away=True):
            self.plan.append(act)
            return ""
        return ai_acts(self.call, act)

    @property
    def _agent_is_free(self) -> bool:
        return self.call.agent is not None and self.call.playing is None and not self.call.errands

    def _go_on(self, done: Callable[[], bool], *, ends_agent: bool = True, away: bool = False) -> bool:
        """Let the call go on until this holds; False when it comes to rest before. `away`: a transfer is rest, too."""
        while not done():
            if self.plan and self._agent_is_free and not self.call.over:
                ai_acts(self.call, self.plan.pop(0))
            elif (away and self.call.away is not None) or not self.call.go_on(ends_agent=ends_agent):
                return False
        return True

    # --- expectations -----------------------------------------------------------------------------------------------

    def _hears(self, act: a.Hears) -> str:
        wanted = f" {' '.join(words(act.words))} "
        if self._go_on(lambda: any(wanted in text for text in self._heard())):
            return ""
        return f"{self._heard_instead()} {self._where()}"

    def _heard(self) -> list[str]:
        texts = [text for _, text in self.call.heard[self.heard_from :]]
        return [f" {' '.join(words(text))} " for text in (*texts, " ".join(texts))]

    def _goes_to(self, act: a.GoesTo) -> str:
        if missing := self._no_such(act.step):
            return missing
        if self._go_on(lambda: self._entered(act.step) is not None):
            self.entered_from = (self._entered(act.step) or 0) + 1
            return ""
        entered = self.call.visited[self.entered_from :]
        went = f"The call went to {_named(self.flow, entered[0])} instead. " if entered else ""
        return f"{went}{self._where()}"

    def _entered(self, name: str) -> int | None:
        places = range(self.entered_from, len(self.call.visited))
        return next((place for place in places if self._is(self.call.visited[place], name)), None)

    def _ends_at(self, act: a.EndsAt) -> str:
        if missing := self._no_such(act.step):
            return missing
        self._go_on(lambda: False)
        ended = (self.call.last_step, *self.call.put_through[-1:])
        return "" if any(self._is(key, act.step) for key in ended) else self._where()

    def _ends(self, act: a.Ends) -> str:
        self._go_on(lambda: False)
        if not self.call.over:
            return self._where()
        wanted = f" {' '.join(words(act.how))} "
        told = [f" {' '.join(words(text))} " for text in (self.call.reason, *self._last_heard())]
        return "" if not act.how or any(wanted in text for text in told) else self._where()

    def _notes_call_back(self, act: a.NotesCallBack) -> str:
        noted = self._go_on(lambda: any(said.text == CALLBACK_NOTED for said in self.call.told))
        return "" if noted else f"No call back is noted. {self._where()}"

    def _last_heard(self) -> list[str]:
        return [text for _, text in self.call.heard[-1:]]

    # --- sentences --------------------------------------------------------------------------------------------------

    def _is(self, key: str, name: str) -> bool:
        """Whether this is the step: of one in a flow inside, its own name is enough, or its whole path."""
        last = self.flow.at(key)
        return (
            same(self.flow.name_of(key), name)
            or key == name
            or (last is not None and same(last[0].name_of(last[1]), name))
        )

    def _no_such(self, name: str) -> str:
        known = any(self._is(key, name) for key in self.flow.paths())
        return "" if known else f"This flow has no step called “{name}”."

    def _heard_instead(self) -> str:
        texts = [text for _, text in self.call.heard[self.heard_from :]]
        said = " ".join(f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”" for text in texts[-3:])
        return f"Callers heard {said} instead." if said else "Callers heard nothing here."

    def _where(self) -> str:
        at = _named(self.flow, self.call.last_step) if self.call.last_step else "no step"
        if self.call.over:
            return f"The call ended at {at}: {self.call.reason}."
        return f"The call waits at {at}."


def _named(flow: Flow, key: str) -> str:
    return f"“{flow.name_of(key)}”"


ACTS: dict[type[Act], Callable[..., None]] = {
    a.Presses: Caller._presses,
    a.Says: Caller._says,
    a.SaysNothing: Caller._says_nothing,
    a.Waits: Caller._waits,
    a.HangsUp: Caller._hangs_up,
}
EXPECTED: dict[type[Act], Callable[..., str]] = {
    a.Hears: Caller._hears,
    a.GoesTo: Caller._goes_to,
    a.EndsAt: Caller._ends_at,
    a.Ends: Caller._ends,
    a.NotesCallBack: Caller._notes_call_back,
}
