"""Let an agent talk with the caller, within limits, to a named end."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import ClassVar

from flows.engine.assisting import Assisting, Talk
from flows.engine.commands import (
    AFTER_A_MOMENT,
    AT_ANY_TIME,
    NEVER,
    AgentOutcome,
    Command,
    KnownAnswer,
    Play,
    StartAgent,
    StartTimer,
    StopAgent,
    StopPlaying,
)
from flows.engine.events import (
    AgentFinished,
    AgentSpoke,
    DigitPressed,
    Event,
    PromptFinished,
    TimerFired,
    TransferFinished,
    UtteranceHeard,
)
from flows.engine.matching import Choices, match, person_words, without
from flows.engine.permitting import NOT_REACHED, PUT_THROUGH
from flows.engine.step import FieldProblem, Leave, Move, Option, Outcome, Retry, State, Stay, param, prompt, step_type

LIMIT_TIMER = "agent"
PERSON_KEY = "0"
KNOWS, SPEAKS, LIMITS = "What it knows", "How it speaks", "How far it may go"

PERSON = Outcome(
    name="person", label="the caller asked for a person", help="They asked for one, in words or with the key 0."
)
COULD_NOT_HELP = Outcome(
    name="could-not-help",
    label="the assistant could not help",
    help="It said so, rather than guessing. A person is best.",
)
LIMIT = Outcome(name="limit", label="a limit was reached")
FAILED = Outcome(name="failed", label="the assistant failed")


@step_type("agent", title="AI step", question="Let an assistant talk with the caller", shape="round")
class Agent(Assisting):
    """An assistant talks with the caller until it names one of the ends below.

    It is told what the caller has already tried, keeps to what you write here, does only what you tick, and stops at
    its limits. Callers reach a person at any time with the key 0 or the word “agent”. When it cannot be reached, they
    hear a sentence and go on where its exit leads.
    """

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    takes_options: ClassVar[bool] = True
    option_outcome: ClassVar[str] = "A short name for this end, in small letters, such as booked or wants-quote."
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (PERSON, COULD_NOT_HELP, LIMIT, FAILED, NOT_REACHED, PUT_THROUGH)

    instructions: str = param(
        "What the assistant should do, and must not do, in plain sentences. Callers never hear this.",
        label="What it should do",
        default="",
        lines=8,
        max_length=6000,
    )
    greeting: str = prompt(
        "The first thing callers hear. Tell them that they talk with an assistant.",
        label="What it says first",
        default="You are talking with our automated assistant. How can I help you?",
        required=True,
        inserts=False,
        group=SPEAKS,
    )
    knowledge: tuple[KnownAnswer, ...] = param(
        "Questions that callers ask, and what the assistant answers. Write each way to ask on a line of its own.",
        label="Questions and answers",
        default=(),
        group=KNOWS,
    )
    notes: str = param(
        "Anything else it should know: prices, directions, names, how you work. Callers may hear any of it.",
        label="A page of notes",
        default="",
        lines=8,
        max_length=12000,
        group=KNOWS,
    )
    persona: str = param(
        "How it talks with callers, such as “warm and brief, with plain words”. Empty means friendly, calm and brief.",
        label="Manner",
        default="",
        lines=2,
        max_length=600,
        group=SPEAKS,
    )
    voice: str = param(
        "Who speaks. A voice that this assistant does not have is replaced by its usual one.",
        label="Voice",
        default="",
        offers="voices",
        max_length=40,
        group=SPEAKS,
    )
    interruption: str = param(
        "Whether it stops when callers speak. A moment is two seconds of each answer, which a cough does not cut. What "
        "callers say meanwhile is answered afterwards. Any key stops it, 0 reaches a person.",
        label="May callers interrupt it?",
        default=AT_ANY_TIME,
        choices=(
            (AT_ANY_TIME, "At any time"),
            (AFTER_A_MOMENT, "Once it has spoken a moment"),
            (NEVER, "No, they hear it out"),
        ),
        group=SPEAKS,
    )
    engine: str = param(
        "Which assistant talks. The usual one is right unless you were told otherwise.",
        label="Assistant",
        default="",
        offers="assistants",
        max_length=40,
        group=SPEAKS,
    )
    max_turns: int = param(
        "How often the assistant may speak, its greeting included.",
        label="Most turns",
        default=10,
        min=1,
        max=50,
        group=LIMITS,
    )
    max_seconds: int = param(
        "How long the conversation may take, in seconds.",
        label="Longest time",
        default=180,
        min=10,
        max=1800,
        group=LIMITS,
    )
    max_cents: int = param(
        "What one conversation may cost, in cents.", label="Highest cost", default=25, min=1, max=1000, group=LIMITS
    )
    limit_text: str = prompt(
        "Said when a limit is reached, before callers go on to the exit for it. May be empty.",
        label="When a limit is reached",
        default="I have to stop here. One moment, please.",
        fold=True,
    )
    failed_text: str = prompt(
        "Said when the assistant cannot be reached, before callers go on to the exit for it. May be empty.",
        label="When the assistant fails",
        default="Sorry, our assistant is not available right now. One moment, please.",
        fold=True,
    )
    options: tuple[Option, ...] = ()

    def enter(self, state: State) -> Move:
        start = StartAgent(
            engine=self.engine,
            instructions=self.instructions,
            persona=self.persona,
            greeting=self.greeting,
            knowledge=self.knowledge,
            notes=self.notes,
            outcomes=self.endings(),
            tools=tuple(ability.tool for ability in self.abilities(state)),
            tried=state.tried,
            voice=self.voice,
            interruption=self.interruption,
        )
        timer = StartTimer(seconds=self.max_seconds, timer=LIMIT_TIMER)
        return Stay(commands=[start, timer], scratch=asdict(Talk()))

    def handle(self, state: State, event: Event) -> Move:
        talk = Talk(**state.scratch)
        match event:
            case TransferFinished(result=result) if self.destinations and (talk.ringing or not state.scratch):
                return self.came_back(result)
            case DigitPressed(digit=key) if key == PERSON_KEY:
                return self._person()
            case PromptFinished() if talk.closing:
                return Leave(outcome=talk.closing, tried=TOLD[talk.closing])
            case _ if talk.closing:
                return Stay()
            case _ if talk.through:
                return self.requested(state, talk, event)
            case TimerFired(timer=timer) if timer == LIMIT_TIMER:
                return self._close(LIMIT.name, self.limit_text)
            case UtteranceHeard() if self._asks_for_person(event):
                return self._person()
            case AgentSpoke():
                return self._spoke(talk, event)
            case AgentFinished(outcome=outcome, answers=answers):
                talk = replace(talk, ends=str(outcome) or COULD_NOT_HELP.name, answers=_texts(answers))
                # a question that is still open is settled first
                return Stay(scratch=asdict(talk)) if talk.held else self.finished(talk)
        return self.requested(state, talk, event)

    def endings(self) -> tuple[AgentOutcome, ...]:
        """The ends that the assistant may choose: the builder's, a person, and that it could not help."""
        chosen = [AgentOutcome(name=o.outcome, label=o.label, phrases=o.phrases) for o in self.options]
        return (
            *chosen,
            AgentOutcome(name=PERSON.name, label=PERSON.label, phrases=self._person_words()),
            AgentOutcome(name=COULD_NOT_HELP.name, label=COULD_NOT_HELP.label),
        )

    def _spoke(self, talk: Talk, event: AgentSpoke) -> Move:
        talk = replace(talk, turns=talk.turns + 1)
        if talk.held is None and (talk.turns >= self.max_turns or event.cents >= self.max_cents):
            return self._close(LIMIT.name, self.limit_text)
        return Stay(scratch=asdict(talk))

    def finished(self, talk: Talk) -> Move:
        if talk.ends == FAILED.name:
            return self._close(FAILED.name, self.failed_text)
        outcome = talk.ends if talk.ends in {end.name for end in self.endings()} else COULD_NOT_HELP.name
        tried = TOLD.get(outcome, f"Talked with the assistant, which ended the conversation as “{outcome}”.")
        return Leave(outcome=outcome, answers=talk.answers or {}, tried=tried)

    def gave_up(self, *before: Command) -> Move:
        return self._close(LIMIT.name, self.limit_text, *before)

    def _person(self) -> Move:
        return Leave(outcome=PERSON.name, commands=[StopPlaying(), StopAgent()], tried=TOLD[PERSON.name])

    def _close(self, outcome: str, text: str, *before: Command) -> Move:
        """Stop the agent; what it already said is heard out, then the closing text, then the exit is followed."""
        if not text:
            return Leave(outcome=outcome, commands=[*before, StopAgent()], tried=TOLD[outcome])
        commands = [*before, StopAgent(), Play(texts=(text,), barge_in=False)]
        return Retry(commands=commands, scratch=asdict(Talk(closing=outcome)))

    def _person_words(self) -> tuple[str, ...]:
        return without(person_words(self.tongue), [phrase for o in self.options for phrase in (o.label, *o.phrases)])

    def _asks_for_person(self, event: UtteranceHeard) -> bool:
        choices = Choices(phrases={PERSON.name: self._person_words()})
        return match(event.text, event.confidence, choices) == PERSON.name

    def problems(self) -> Iterable[FieldProblem]:
        for option in self.options:
            if not re.fullmatch(r"[a-z][a-z0-9-]*", option.outcome):
                sentence = (
                    f"“{option.outcome}” cannot name an end. Use small letters, digits and dashes, such as booked."
                )
                yield FieldProblem(field=f"exit:{option.outcome}", sentence=sentence)
        for row in self.knowledge:
            if not row.question.strip() or not row.answer.strip():
                yield FieldProblem(field="knowledge", sentence="Every row needs a question and its answer.")
                break
        yield from super().problems()


TOLD = {
    PERSON.name: "Talked with the assistant, and asked for a person.",
    COULD_NOT_HELP.name: "Talked with the assistant, which could not help.",
    LIMIT.name: "Talked with the assistant until the conversation reached its limit.",
    FAILED.name: "Was to talk with the assistant, which could not be reached.",
}


def _texts(answers: Mapping[str, str]) -> dict[str, str]:
    """An engine's answers as texts, whatever it sent."""
    return {str(name): str(answer) for name, answer in answers.items()}
