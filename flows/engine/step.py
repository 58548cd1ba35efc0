"""What a kind of step is, and the register of kinds. Pure: standard library only.

A kind is one dataclass in one file of `flows/steps/`. Its `param`s are at once the stored settings, the form in the
admin, the limits that are checked, and the snapshot. `enter` and `handle` answer with a move: `Stay` and wait for the
next event, `Retry` (stay, as a new turn, so that late answers to the old one are stale), or `Leave` by an outcome.
`GoInside` and `GoBack` lead into another flow and back.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flows.engine.answers import Answer
from flows.engine.commands import Command
from flows.engine.events import Event
from flows.engine.setting import COUNTED
from flows.engine.setting import HEARD as HEARD
from flows.engine.setting import Param as Param
from flows.engine.setting import param as param
from flows.engine.setting import prompt as prompt
from flows.engine.values import value

if TYPE_CHECKING:
    from flows.engine.machine import Flow


@value
class Outcome:
    """One way a step can end, with the label a builder reads on its exit.

    `optional`: the exit may be left open. The step then goes on by itself (`Leave.otherwise`), or, where the outcome
    `ends_call`, the call is over; `when_open` tells a builder which. `help` stands beside the exit: when callers
    take it.
    """

    name: str
    label: str = ""
    optional: bool = False
    ends_call: bool = False
    when_open: str = ""
    help: str = ""


@value
class Option:
    """One choice that a builder added to a step: outcome, label, and what callers may say for it."""

    outcome: str
    label: str = ""
    phrases: tuple[str, ...] = ()


@value
class Stay:
    """Wait for the next event. `scratch` replaces what the step remembers; None keeps it.

    `used` names something that a call remembers, such as what may be done only so often: `State.used` counts it.
    """

    commands: Sequence[Command] = ()
    scratch: Mapping[str, Any] | None = None
    used: str = ""


@value
class Retry(Stay):
    """Ask again: the same as `Stay`, but in a new turn, and keys typed ahead are forgotten."""


@value
class Leave:
    """Follow the exit for `outcome`.

    `otherwise` is done instead of all of this when that exit is optional and leads nowhere. `tried` is a sentence for
    a later agent step about what the caller did here. `language` is what the call goes on in: "" the flow's own.
    `typed` are keys that were pressed here for what comes next. `used` as in `Stay`.
    """

    outcome: str
    commands: Sequence[Command] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    otherwise: "Stay | Leave | None" = None
    tried: str = ""
    language: str | None = None
    typed: str = ""
    used: str = ""


@value
class GoInside:
    """Go on at the beginning of the flow inside this step."""


@value
class GoBack:
    """Go back to the step that this flow stands inside, which is left by `RETURNED`; `directly` where there is none."""

    directly: Leave


RETURNED = "returned"
MACHINE = "machine"  # the outcome of a step that `meets_machines`

Move = Stay | Leave
M = TypeVar("M", bound=Move)
Passage = GoInside | GoBack


def also(move: M, *commands: Command) -> M:
    """The same move, with these commands after its own."""
    return replace(move, commands=[*move.commands, *commands])


@value
class State:
    """All that a live call must remember: plain data, so it serialises and replays.

    `step` is None before the answer and after the end. `typed` are keys pressed ahead, not yet taken by a step.
    `steps_taken` bounds a call that walks in circles, `used` counts what may be done only so often. `earlier_calls` is
    how often this caller called before. `language` is what the call is in, "" the flow's own.
    """

    step: str | None = None
    turn: int = 0
    at: float = 0.0
    began: float = 0.0
    caller: str = ""
    called: str = ""
    typed: str = ""
    steps_taken: int = 0
    scratch: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    used: Mapping[str, int] = field(default_factory=dict)
    earlier_calls: int = 0
    language: str = ""

    @property
    def now(self) -> float:
        """The present moment in seconds since the Unix epoch."""
        return self.began + self.at


@value
class FieldProblem:
    """What is wrong with one setting of a step, as a sentence that says what to do."""

    field: str
    sentence: str


class Step:
    """One kind of step. Subclasses are frozen dataclasses, registered by `step_type`.

    `waits`: the step waits for the caller, so a loop through it is safe. `takes_keys`: keys typed ahead are given to
    it; other steps leave them for the next one. `takes_options`: a builder adds exits (a menu's keys, an agent's
    outcomes); `option_outcome` says how one is named, and the kind declares the field `options`.
    `own_outcomes` are the ends that the kind has by itself; no option may use their names. `goes_back`: callers who
    came from another flow return there. `meets_machines`: its exit `MACHINE` is for answering machines.
    `inside` is the flow that the step goes to. `translations` are its texts by
    language and place (`translating`); `tongue` is the language that it speaks, "" the flow's own.
    """

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]  # every kind is made a dataclass
    kind: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
    shape: ClassVar[str]
    waits: ClassVar[bool] = False
    takes_keys: ClassVar[bool] = False
    takes_options: ClassVar[bool] = False
    option_outcome: ClassVar[str] = ""
    own_outcomes: ClassVar[tuple[Outcome, ...]] = ()
    meets_machines: ClassVar[bool] = False
    goes_back: ClassVar[bool] = False
    options: tuple[Option, ...] = ()
    goal: bool = param(
        "Tick this where the caller has got what they called for, such as “Appointment booked”. Reports count the "
        "calls that come here.",
        label="Reaching this step is a goal",
        default=False,
        group=COUNTED,
        seldom=True,
    )
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    tongue: str = ""

    @property
    def inside(self) -> "Flow | None":
        return None

    @property
    def is_secret(self) -> bool:
        """True when what the caller types or says here must not be stored or logged."""
        return False

    def may_show(self, key: str) -> bool:
        """Whether this key, pressed here, may stand in the log: one meant for a later step may begin a secret."""
        return self.takes_keys and not self.is_secret

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "Step":
        """This step with what its settings refer to filled in; `resources` is as in `Flow`."""
        return self

    def spoken_in(self, language: str) -> "Step":
        """This step in a flow of this language (such as en-GB), where that changes how callers are understood."""
        return self

    def among(self, own: str, further: Sequence[str]) -> "Step":
        """This step in a flow with these languages, where that matters to it."""
        return self

    def in_language(self, language: str) -> "Step":
        """This step for callers of a further language; what is not translated stays as it is."""
        from flows.engine.translating import translated  # which knows what a step is

        return translated(self.spoken_in(language), language)

    def gives(self) -> Iterable[Answer]:
        """The answers that a call may have from this step: the one that a setting `answer` names, if there is such."""
        name = getattr(self, "answer", "")
        return [Answer(name=name, secret=self.is_secret)] if name else []

    def knowing(self, answers: Mapping[str, Answer]) -> "Step":
        """This step in a flow with these answers, by name, where what they are matters to it."""
        return self

    def outcomes(self) -> Sequence[Outcome]:
        """Every way this step can end as it is set up, in the order the exits are shown."""
        return [*(Outcome(name=option.outcome, label=option.label) for option in self.options), *self.own_outcomes]

    def enter(self, state: State) -> Move | Passage:
        """The caller comes to this step."""
        raise NotImplementedError

    def handle(self, state: State, event: Event) -> Move:
        """Something happened while the caller is here. Events of no interest are answered with `Stay()`."""
        return Stay()

    def problems(self) -> Iterable[FieldProblem]:
        """What single-field limits cannot say. Checked when the form is saved and again at publishing."""
        return ()

    def prompts(self) -> Iterator[str]:
        """Every text this step may speak, to be rendered at publishing."""
        for name, about in params(type(self)).items():
            if about.spoken and getattr(self, name):
                yield getattr(self, name)


dataclass(frozen=True, kw_only=True)(Step)  # in place, so that kinds have its fields; each names what else it has
REGISTRY: dict[str, type[Step]] = {}

S = TypeVar("S", bound=Step)


def step_type(kind: str, *, title: str, question: str, shape: str = "box") -> Callable[[type[S]], type[S]]:
    """Register a kind. `title` names it for builders, `question` is its line under "What should happen next?"."""

    def register(cls: type[S]) -> type[S]:
        if kind in REGISTRY:
            raise ValueError(f"two kinds of step are called {kind}: {REGISTRY[kind]} and {cls}")
        cls.kind, cls.title, cls.question, cls.shape = kind, title, question, shape
        made = dataclass(frozen=True, kw_only=True)(cls)
        REGISTRY[kind] = made
        return made

    return register


_PARAMS: dict[type[Step], Mapping[str, Param]] = {}  # kinds never change, and every page asks for these often


def params(kind: type[Step]) -> Mapping[str, Param]:
    """The settings of a kind by name, in the order declared; those that every kind has come last."""
    if kind not in _PARAMS:
        found = {f.name: f.metadata["param"] for f in dataclasses.fields(kind) if "param" in f.metadata}
        own_first = sorted(found, key=lambda name: name in Step.__dataclass_fields__)
        _PARAMS[kind] = MappingProxyType({name: found[name] for name in own_first})
    return _PARAMS[kind]


def chosen(setting: Any) -> tuple[str, ...]:
    """The keys that a setting which `refers_to` something holds: one, several, or none."""
    return tuple(setting) if isinstance(setting, list | tuple) else (setting,) if setting else ()
