"""Send the caller a text message, after asking."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import ClassVar

from flows.engine.answers import Answer
from flows.engine.commands import CancelTimer, Command, Play, SendText, StartTimer, StopPlaying
from flows.engine.events import DigitPressed, Event, PromptFinished, TextOrdered, TimerFired
from flows.engine.inserting import inserted, why_not_inserted
from flows.engine.step import FieldProblem, Leave, Move, Outcome, Retry, State, Stay, Step, param, prompt, step_type
from flows.engine.tools import REACHABLE

REQUEST = "text"
YES_KEY, NO_KEY = "1", "2"
CONFIRM_TIMER, LIMIT_TIMER = "confirm", "limit"
CONFIRM_SECONDS = 8.0
LIMIT_SECONDS = 5.0  # the line knows within 4 whether the message will be sent
MOST_ASKED = 2
MOST_A_CALL = 3  # as many as an assistant may send

SENT = Outcome(name="sent", label="it will be sent", help="They agreed, and the message is on its way.")
DECLINED = Outcome(
    name="declined",
    label="the caller did not want it",
    help="They pressed 2, or nothing.",
    optional=True,
    when_open="callers go on as if it was sent",
)
NOT_SENT = Outcome(
    name="not-sent",
    label="it could not be sent",
    help="Their number is hidden, is not texted, or had enough messages in this call.",
)


@step_type("send_text", title="Send a text", question="Send a text message")
class SendTextStep(Step):
    """The caller gets a text message on the number they call from; no other number is possible.

    They agree with the key 1. Hidden numbers, and countries that are not texted, get none.
    """

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (SENT, DECLINED, NOT_SENT)

    text: str = param(
        "Answers of the call stand in square brackets, such as [order number]. Up to 160 characters are one message; "
        "longer ones cost as several.",
        label="What the message says",
        lines=4,
        max_length=600,
        inserts=True,
        required=True,
    )
    called: str = param(
        "What your colleagues call this message, such as Directions. Callers never see it.",
        label="Name of the message",
        default="Text message",
        max_length=30,
        required=True,
    )
    offer: str = prompt(
        "Said before it is sent. Keep 1 for yes and 2 for no.",
        label="What callers are asked",
        default="Press 1 to get it as a text message. To go on without it, press 2.",
        required=True,
    )
    asked_before: bool = param(
        "Send it at once. Tick this only where the caller asked for it just before, such as by a key of a menu.",
        label="The caller has asked for it",
        default=False,
    )
    sent_text: str = prompt(
        "Said when the message will be sent. May be empty.",
        label="When it will be sent",
        default="The text message is on its way.",
        fold=True,
    )
    not_sent_text: str = prompt(
        "Said when the message cannot be sent, before callers go on to the exit for it. May be empty.",
        label="When it cannot be sent",
        default="Sorry, we cannot send a text message to your number.",
        fold=True,
    )
    known: Mapping[str, Answer] = field(default_factory=dict, compare=False)  # the answers of the flow, by name

    def knowing(self, answers: Mapping[str, Answer]) -> "SendTextStep":
        return replace(self, known=answers)

    def enter(self, state: State) -> Move:
        if not REACHABLE.fullmatch(state.caller) or state.used.get(self.kind, 0) >= MOST_A_CALL:
            return self._close(NOT_SENT.name)
        return self._order(state) if self.asked_before else self._ask(1)

    def handle(self, state: State, event: Event) -> Move:
        scratch = state.scratch
        match event:
            case PromptFinished() if scratch.get("closing"):
                return self._leave(scratch["closing"])
            case _ if scratch.get("closing"):
                return Stay()
            case TextOrdered(request=request, ok=ok) if scratch.get("ordered") and request == REQUEST:
                return self._close(SENT.name if ok else NOT_SENT.name)
            case TimerFired(timer=timer) if timer == LIMIT_TIMER and scratch.get("ordered"):
                return self._close(NOT_SENT.name)
            case _ if scratch.get("ordered"):
                return Stay()
            case DigitPressed(digit=key, early=False) if key == YES_KEY:
                return self._order(state, StopPlaying(), CancelTimer(timer=CONFIRM_TIMER))
            case DigitPressed(digit=key) if key == NO_KEY:
                return self._leave(DECLINED.name, StopPlaying())
            case PromptFinished():
                return Stay(commands=[StartTimer(seconds=CONFIRM_SECONDS, timer=CONFIRM_TIMER)])
            case TimerFired(timer=timer) if timer == CONFIRM_TIMER:
                asked = int(scratch.get("asked", 1))
                return self._ask(asked + 1) if asked < MOST_ASKED else self._leave(DECLINED.name)
        return Stay()

    def _ask(self, time: int) -> Move:
        """Ask in a new turn: a key that was pressed at something else agrees to nothing."""
        return Retry(commands=[Play(texts=(self.offer,), barge_in=False)], scratch={"asked": time})

    def _order(self, state: State, *before: Command) -> Move:
        text = inserted(self.text, self.known, state)
        if not text:
            return self._close(NOT_SENT.name, *before)
        order = SendText(name=self._name_of(text), text=text, request=REQUEST)
        limit = StartTimer(seconds=LIMIT_SECONDS, timer=LIMIT_TIMER)
        return Stay(commands=[*before, order, limit], scratch={"ordered": True}, used=self.kind)

    def _name_of(self, text: str) -> str:
        """A call gets one message of each name, so other words have another name, and the same words the same."""
        return f"{self.called} · {hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}"

    def _close(self, outcome: str, *before: Command) -> Move:
        text = self.sent_text if outcome == SENT.name else self.not_sent_text
        if not text:
            return self._leave(outcome, *before)
        return Retry(commands=[*before, Play(texts=(text,), barge_in=False)], scratch={"closing": outcome})

    def _leave(self, outcome: str, *commands: Command) -> Move:
        otherwise = Leave(outcome=SENT.name, commands=commands) if outcome == DECLINED.name else None
        return Leave(outcome=outcome, commands=commands, tried=TOLD[outcome], otherwise=otherwise)

    def problems(self) -> Iterable[FieldProblem]:
        for sentence in why_not_inserted(self.text, self.known):
            yield FieldProblem(field="text", sentence=sentence)


TOLD = {
    SENT.name: "Got a text message.",
    DECLINED.name: "Was offered a text message, and did not want it.",
    NOT_SENT.name: "Was to get a text message, which could not be sent.",
}
