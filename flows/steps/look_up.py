"""Look something up in another system, and go on by what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any, ClassVar

from flows.engine.answers import Answer
from flows.engine.asking_elsewhere import Kept, Sent, answer_name, kept, sent, why_not_kept, why_not_sent
from flows.engine.commands import Command, LogAsked, LookUp, Play, StartTimer
from flows.engine.events import Event, LookedUp, PromptFinished, TimerFired
from flows.engine.step import FieldProblem, Leave, Move, Outcome, Retry, State, Stay, Step, param, prompt, step_type
from flows.engine.telling import quoted
from flows.engine.tools import Lookup, shown

REQUEST = "look-up"
FILLER_TIMER, LIMIT_TIMER = "filler", "limit"
FILLER_SECONDS = 2.0  # callers take a longer silence for a dead line
LIMIT_SECONDS = 8.0  # a lookup answers within 5, and 2 more are allowed for finding it; then nothing comes any more
MOST_A_CALL = 20  # a flow that goes in circles must not wear another system out

FOUND = Outcome(name="found", label="it was found", help="Something was found; texts can say it from here on.")
NOT_FOUND = Outcome(
    name="not-found", label="nothing was found", help="That system answered that there is no such thing."
)
FAILED = Outcome(name="failed", label="it could not be looked up")


@step_type("look_up", title="Look something up", question="Look something up in another system")
class LookUpStep(Step):
    """Another of your systems is asked, such as where an order is. What it finds becomes answers of the call.

    Callers hear nothing unless it takes longer than two seconds, or cannot be done.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (FOUND, NOT_FOUND, FAILED)

    lookup: str = param(
        "What is looked up. Lookups are set up under “Lookups”; a publisher approves them.",
        label="What to look up",
        refers_to="lookup",
        max_length=60,
        required=True,
    )
    sends: tuple[Sent, ...] = param(
        "One row for each value it needs: its name there, and the answer to send. A value without a row is the answer "
        "of the same name. The caller’s number needs no row.",
        label="What is sent",
        default=(),
    )
    finds: tuple[Kept, ...] = param(
        "Under which names the call keeps what was found, such as status. Without rows all of it is kept, under its "
        "own names.",
        label="What is kept",
        default=(),
    )
    filler: str = prompt(
        "Said when it takes longer than two seconds. Keep it short.",
        label="While callers wait",
        default="One moment, I am looking that up.",
        required=True,
    )
    failed_text: str = prompt(
        "Said when it could not be looked up, before callers go on to the exit for it. May be empty.",
        label="When it could not be looked up",
        default="Sorry, I cannot look that up right now.",
        fold=True,
    )
    asks: Lookup | None = None
    known: Mapping[str, Answer] = field(default_factory=dict, compare=False)  # the answers of the flow, by name

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "LookUpStep":
        return replace(self, asks=resources.get("lookup", {}).get(self.lookup))

    def knowing(self, answers: Mapping[str, Answer]) -> "LookUpStep":
        return replace(self, known=answers)

    def gives(self) -> Iterable[Answer]:
        own = [answer_name(name) for name in self.asks.finds] if self.asks else []
        for name in dict.fromkeys([row.answer for row in self.finds] or own):
            if name:
                yield Answer(name=name)

    def enter(self, state: State) -> Move:
        values = sent(self.asks, self.sends, state) if self.asks and not self.asks.changes else None
        if values is None or state.used.get(self.kind, 0) >= MOST_A_CALL:
            return self._end(FAILED.name)
        commands: list[Command] = [
            LogAsked(tool=f"look_up_{self.lookup}"[:60], arguments=shown(values), verdict="own"),
            LookUp(lookup=self.lookup, request=REQUEST, fields=values),
            StartTimer(seconds=LIMIT_SECONDS, timer=LIMIT_TIMER),
            *([StartTimer(seconds=FILLER_SECONDS, timer=FILLER_TIMER)] if self.filler else []),
        ]
        return Stay(commands=commands, used=self.kind)

    def handle(self, state: State, event: Event) -> Move:
        scratch = state.scratch
        match event:
            case PromptFinished() if scratch.get("outcome"):
                return self._end(scratch["outcome"], scratch.get("answers", {}), said=scratch.get("said", False))
            case PromptFinished():
                return Stay(scratch={})
            case _ if scratch.get("outcome"):
                return Stay()  # settled; the caller hears the sentence out
            case LookedUp(request=request, ok=ok, found=found) if request == REQUEST:
                answers = kept(found, self.finds) if ok else {}
                return self._settled(state, (FOUND if answers else NOT_FOUND).name if ok else FAILED.name, answers)
            case TimerFired(timer=timer) if timer == LIMIT_TIMER:
                return self._settled(state, FAILED.name, {})
            case TimerFired(timer=timer) if timer == FILLER_TIMER and self.filler:
                return Stay(commands=[Play(texts=(self.filler,), barge_in=False)], scratch={"playing": True})
        return Stay()

    def _settled(self, state: State, outcome: str, answers: Mapping[str, str]) -> Move:
        """This came of it; a filler that has begun is heard out first."""
        if state.scratch.get("playing"):
            return Stay(scratch={**state.scratch, "outcome": outcome, "answers": dict(answers)})
        return self._end(outcome, answers)

    def _end(self, outcome: str, answers: Mapping[str, str] | None = None, *, said: bool = False) -> Move:
        if outcome == FAILED.name and self.failed_text and not said:
            play = Play(texts=(self.failed_text,), barge_in=False)
            return Retry(commands=[play], scratch={"outcome": outcome, "said": True})
        title = quoted(self.asks.name if self.asks else self.lookup)
        return Leave(outcome=outcome, answers=answers or {}, tried=f"{TOLD[outcome].format(title)}")

    def problems(self) -> Iterable[FieldProblem]:
        if self.asks and self.asks.changes:
            sentence = "This lookup changes something, so callers must agree with a key first. Let an AI step use it."
            yield FieldProblem(field="lookup", sentence=sentence)
        for sentence in why_not_sent(self.asks, self.sends, self.known):
            yield FieldProblem(field="sends", sentence=sentence)
        for sentence in why_not_kept(self.asks, self.finds):
            yield FieldProblem(field="finds", sentence=sentence)


TOLD = {
    FOUND.name: "The line looked up {}, and found it.",
    NOT_FOUND.name: "The line looked up {}, and found nothing.",
    FAILED.name: "The line was to look up {}, which did not work.",
}
