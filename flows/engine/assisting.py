"""What an assistant asks for while it talks with a caller: granted, put to the caller, or refused. Pure.

The model may interpret, it never authorises. Every request is held to what the builder ticked, whatever engine sent it;
what cannot be taken back is asked of the caller, and only a key says yes. A caller who is put through first hears what
the assistant said, then the announcement; when nobody takes the call, the step goes on.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from flows.engine.commands import (
    AnswerAgent,
    CancelTimer,
    Command,
    LogAsked,
    LookUp,
    Play,
    StartTimer,
    StopAgent,
    StopPlaying,
    Transfer,
)
from flows.engine.events import AgentAsked, DigitPressed, Event, LookedUp, PromptFinished, TimerFired
from flows.engine.step import FieldProblem, Leave, Move, Outcome, Retry, State, Stay, Step, param, prompt
from flows.engine.tools import (
    KEYS,
    NOTHING_FOUND,
    REACHABLE,
    UNANSWERED,
    Ability,
    KeySequence,
    Lookup,
    TextMessage,
    asking_for_a_callback,
    found_in_words,
    looking_up,
    pressing_keys,
    putting_through,
    sending_texts,
    shown,
    taking_a_message,
    why_not,
)
from flows.engine.values import value

CONFIRM_TIMER = "confirm"
YES_KEY, NO_KEY = "1", "2"
CONFIRM_SECONDS = 10.0
CHARACTERS_A_SECOND = 10  # of a slow voice: how long a question may play at most
MOST_ASKED = 20  # requests of one conversation; an assistant that asks for more is out of its mind
MAY = "What it may do"
ASKED_ALREADY = "The caller is being asked to confirm something. Wait for that, and say nothing."

NOT_REACHED = Outcome(name="not-reached", label="nobody took the call that it put through")
PUT_THROUGH = Outcome(
    name="completed", label="they have spoken", optional=True, ends_call=True, when_open="the call ends"
)


@value
class Talk:
    """What the step remembers of a conversation; plain data in `State.scratch`.

    `held` is a request that waits for the caller's key, `ends` the outcome that follows once that is settled, `closing`
    the outcome once the closing text was heard, `through` the destination once the announcement was. `looking` are
    the lookups under way: request to tool.
    """

    turns: int = 0
    asked: int = 0
    held: Mapping[str, Any] | None = None
    ends: str = ""
    answers: Mapping[str, str] | None = None
    closing: str = ""
    through: str = ""
    ringing: bool = False
    looking: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Assisting(Step):
    """A step in which an assistant talks and asks for things. A kind says how the conversation begins and ends."""

    destinations: tuple[str, ...] = param(
        "Whom it may put callers through to. It can reach no other number.",
        label="Put callers through to",
        default=(),
        refers_to="destination",
        group=MAY,
    )
    takes_messages: bool = param(
        "It writes down what callers want you to know. You find it under “Messages and call-backs”.",
        label="Take a message",
        default=False,
        group=MAY,
    )
    takes_callbacks: bool = param(
        "Callers may ask to be called back on the number they call from. You find it under “Messages and call-backs”.",
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

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "Assisting":
        names, known = resources.get("destination", {}), resources.get("lookup", {})
        return replace(
            self,
            names={key: names[key] for key in self.destinations if key in names},
            known={key: known[key] for key in self.lookups if key in known},
        )

    # what a kind decides

    def finished(self, talk: Talk) -> Move:
        """The conversation is over, and nothing is open any more."""
        raise NotImplementedError

    def gave_up(self, *before: Command) -> Move:
        """The assistant asked for too much: end the conversation."""
        raise NotImplementedError

    # what every assisting step does

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

    def requested(self, state: State, talk: Talk, event: Event) -> Move:
        """What an event means for what the assistant asked for."""
        match event:
            case PromptFinished() if talk.through and not talk.ringing:
                command = Transfer(destination=talk.through, ring_seconds=self.ring_seconds)
                return Stay(commands=[command], scratch=asdict(replace(talk, ringing=True)))
            case _ if talk.through:
                return Stay()
            case AgentAsked():
                return self._asked(state, talk, event)
            case LookedUp():
                return self._looked_up(talk, event)
        return self._confirming(state, talk, event) if talk.held else Stay()

    def came_back(self, result: str) -> Leave:
        """The caller was put through, and is back, or the line is over."""
        outcome = PUT_THROUGH.name if result == PUT_THROUGH.name else NOT_REACHED.name
        return Leave(outcome=outcome, commands=[StopAgent()], tried=TOLD[outcome])

    def _asked(self, state: State, talk: Talk, event: AgentAsked) -> Move:
        """Grant a request, put it to the caller, or refuse it with a sentence that tells the assistant why."""
        talk = replace(talk, asked=talk.asked + 1)
        ability = next((known for known in self.abilities(state) if known.tool.name == event.tool), None)
        log = LogAsked(tool=event.tool[:60], arguments=shown(event.arguments), verdict="allowed")
        why = ASKED_ALREADY if talk.held is not None else why_not(ability, event.arguments, state.used)
        if talk.asked > MOST_ASKED:
            return self.gave_up(replace(log, verdict="refused", why="It asks too often."))
        if why or ability is None:
            refused = replace(log, verdict="refused", why=why)
            return Stay(commands=[refused, _answer(event.call_id, event.tool, why, ok=False)], scratch=asdict(talk))
        arguments = {slot.name: event.arguments[slot.name] for slot in ability.tool.slots}
        if ability.question:
            held = {"call_id": event.call_id, "tool": event.tool, "arguments": arguments}
            wait = CONFIRM_SECONDS + len(ability.question) / CHARACTERS_A_SECOND  # should nobody tell that it was heard
            commands: list[Command] = [
                replace(log, verdict="to-confirm"),
                Play(texts=(ability.question,), barge_in=False),
                StartTimer(seconds=wait, timer=CONFIRM_TIMER),
            ]
            return Stay(commands=commands, scratch=asdict(replace(talk, held=held)), used=event.tool)
        return replace(self._do(talk, ability, event.call_id, arguments, log), used=event.tool)

    def _do(self, talk: Talk, ability: Ability, call_id: str, arguments: Mapping[str, str], *before: Command) -> Stay:
        """What was asked for, in the order that callers expect: what was said is heard before the line is left."""
        command, tool = ability.act(call_id, arguments), ability.tool.name
        if isinstance(command, Transfer):
            announced = Play(texts=(self.announcement,) if self.announcement else (), barge_in=False)
            talk = replace(talk, through=command.destination)
            return Retry(commands=[*before, StopAgent(), announced], scratch=asdict(talk))
        if isinstance(command, LookUp):
            talk = replace(talk, looking={**(talk.looking or {}), call_id: tool})
            return Stay(commands=[*before, command], scratch=asdict(talk))
        return Stay(commands=[*before, command, _answer(call_id, tool, ability.told)], scratch=asdict(talk))

    def _looked_up(self, talk: Talk, event: LookedUp) -> Move:
        tool = (talk.looking or {}).get(event.request)
        if tool is None:
            return Stay()
        looking = {request: of for request, of in (talk.looking or {}).items() if request != event.request}
        told = found_in_words(event.found) if event.ok else NOTHING_FOUND
        answer = _answer(event.request, tool, told, ok=event.ok)
        return Stay(commands=[answer], scratch=asdict(replace(talk, looking=looking)))

    def _confirming(self, state: State, talk: Talk, event: Event) -> Move:
        """The caller is asked whether it shall be done. Only a key says yes; silence is a no."""
        match event:
            case PromptFinished():
                return Stay(commands=[StartTimer(seconds=CONFIRM_SECONDS, timer=CONFIRM_TIMER)])
            case DigitPressed(digit=key) if key in (YES_KEY, NO_KEY):
                return self._settle(state, talk, key == YES_KEY, StopPlaying(), CancelTimer(timer=CONFIRM_TIMER))
            case TimerFired(timer=timer) if timer == CONFIRM_TIMER:
                return self._settle(state, talk, False)
        return Stay()

    def _settle(self, state: State, talk: Talk, agreed: bool, *before: Command) -> Move:
        held, talk = talk.held or {}, replace(talk, held=None)
        ability = next((known for known in self.abilities(state) if known.tool.name == held["tool"]), None)
        if agreed and ability is not None:
            done = self._do(talk, ability, held["call_id"], held["arguments"], *before)
        else:
            answer = _answer(held["call_id"], held["tool"], UNANSWERED, ok=False)
            done = Stay(commands=[*before, answer], scratch=asdict(talk))
        if not talk.ends:
            return done
        after = self.finished(talk)  # the assistant had said goodbye already
        return replace(after, commands=[*done.commands, *after.commands])

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


TOLD = {
    NOT_REACHED.name: "Talked with the assistant and was to be put through, but nobody was reached.",
    PUT_THROUGH.name: "Talked with the assistant, and was put through.",
}


def _answer(call_id: str, tool: str, result: str, *, ok: bool = True) -> AnswerAgent:
    return AnswerAgent(call_id=call_id, tool=tool[:60], result=result, ok=ok)
