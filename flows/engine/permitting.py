"""What a builder lets an assistant do: the settings of a step, and the abilities that follow from them. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flows.engine.step import FieldProblem, Outcome, State, Step, param, prompt
from flows.engine.tools import (
    KEYS,
    REACHABLE,
    Ability,
    KeySequence,
    Lookup,
    TextMessage,
    asking_for_a_callback,
    looking_up,
    pressing_keys,
    putting_through,
    sending_texts,
    taking_a_message,
)

MAY = "What it may do"

NOT_REACHED = Outcome(
    name="not-reached",
    label="nobody took the call that it put through",
    help="It was busy, nobody answered, or it did not work.",
)
PUT_THROUGH = Outcome(
    name="completed",
    label="they have spoken",
    help="Whoever took the call has hung up, and the caller has not.",
    optional=True,
    ends_call=True,
    when_open="the call ends",
)


@dataclass(frozen=True, kw_only=True)
class Permitting(Step):
    """A step whose assistant may do what is ticked here, and nothing else."""

    destinations: tuple[str, ...] = param(
        "Whom it may put callers through to. It can reach no other number.",
        label="Put callers through to",
        default=(),
        refers_to="destination",
        group=MAY,
    )
    takes_messages: bool = param(
        "It writes down what callers want you to know. You find it under “Follow-ups”.",
        label="Take a message",
        default=False,
        group=MAY,
    )
    takes_callbacks: bool = param(
        "Callers may ask to be called back on the number they call from. You find it under “Call-backs”.",
        label="Arrange a call back",
        default=False,
        group=MAY,
    )
    lookups: tuple[str, ...] = param(
        "What it may look up in your own systems. They are set up under “Lookups”; a publisher approves them.",
        label="Look something up",
        default=(),
        refers_to="lookup",
        group=MAY,
    )
    texts: tuple[TextMessage, ...] = param(
        "Text messages it may send to the number a caller calls from, word for word as you write them.",
        label="Send a text message",
        default=(),
        group=MAY,
    )
    keys: tuple[KeySequence, ...] = param(
        "Keys it may press on the line, such as the code that opens a door. Digits, the letters A to D, * and #.",
        label="Press keys",
        default=(),
        group=MAY,
    )
    announcement: str = prompt(
        "Said before it rings, when the assistant puts callers through. Keep it under two seconds. May be empty.",
        label="When it puts callers through",
        default="One moment, please. I am putting you through.",
        fold=True,
    )
    ring_seconds: int = param(
        "How long it rings before nobody has answered, in seconds. Four rings take about 25.",
        label="How long it rings",
        default=25,
        min=5,
        max=120,
        fold=True,
    )
    confirm_message: str = prompt(
        "Said before a message is left. Only the key 1 does it; spoken words never do.",
        label="Before it leaves a message",
        default="To leave this message for us, press 1. To drop it, press 2.",
        fold=True,
    )
    confirm_callback: str = prompt(
        "Said before a call back is noted. Only the key 1 does it.",
        label="Before it arranges a call back",
        default="To be called back on the number you are calling from, press 1. To leave it, press 2.",
        fold=True,
    )
    confirm_text: str = prompt(
        "Said before a text message is sent. Only the key 1 does it.",
        label="Before it sends a text message",
        default="To get a text message on the number you are calling from, press 1. To leave it, press 2.",
        fold=True,
    )
    confirm_lookup: str = prompt(
        "Said before a lookup that changes something. Only the key 1 does it.",
        label="Before it changes something",
        default="To go ahead with this change, press 1. To leave everything as it is, press 2.",
        fold=True,
    )
    names: Mapping[str, str] = field(default_factory=dict)  # of the destinations, by key
    known: Mapping[str, Lookup] = field(default_factory=dict)  # the lookups, by key

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "Permitting":
        names, known = resources.get("destination", {}), resources.get("lookup", {})
        return replace(
            self,
            names={key: names[key] for key in self.destinations if key in names},
            known={key: known[key] for key in self.lookups if key in known},
        )

    def outcomes(self) -> Sequence[Outcome]:
        reached = () if self.destinations else (NOT_REACHED, PUT_THROUGH)
        return [outcome for outcome in Step.outcomes(self) if outcome not in reached]

    def abilities(self, state: State) -> Iterator[Ability]:
        """What the assistant may do for this caller, as the builder chose."""
        can_be_reached = REACHABLE.fullmatch(state.caller)
        if self.names:
            yield putting_through(self.names, self.ring_seconds)
        if self.takes_messages:
            yield taking_a_message(self.confirm_message)
        if self.takes_callbacks and can_be_reached:
            yield asking_for_a_callback(self.confirm_callback)
        if self.texts and can_be_reached:
            yield sending_texts(self.texts, self.confirm_text)
        if self.keys:
            yield pressing_keys(self.keys)
        for key, lookup in self.known.items():
            yield looking_up(key, lookup, self.confirm_lookup)

    def problems(self) -> Iterable[FieldProblem]:
        yield from self._in_named_rows("texts", [(row.name, row.text) for row in self.texts])
        yield from self._in_named_rows("keys", [(row.name, row.digits) for row in self.keys])
        for row in self.keys:
            if row.digits.strip() and not KEYS.fullmatch(row.digits):
                sentence = f"“{row.digits}” cannot be pressed. Use digits, A to D, * and #, without spaces; at most 32."
                yield FieldProblem(field="keys", sentence=sentence)

    def _in_named_rows(self, setting: str, rows: list[tuple[str, str]]) -> Iterable[FieldProblem]:
        if any(not name.strip() or not what.strip() for name, what in rows):
            yield FieldProblem(field=setting, sentence="Every row must be filled in.")
        for name, times in Counter(name for name, _ in rows).items():
            if times > 1:
                yield FieldProblem(field=setting, sentence=f"“{name}” stands in {times} rows. Give each its own name.")
