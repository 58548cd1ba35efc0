"""Ask before listening: callers are told, or asked, and a no leads to where nobody listens."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any, ClassVar

from flows.engine.asking import ANSWERING, LONGEST_SENTENCE_SECONDS, NO_INPUT, NO_MATCH, WAIT
from flows.engine.commands import Command, Listen, LogMissed, Play, StartTimer, StopListening, StopPlaying
from flows.engine.consenting import (
    AGREEING_KEY,
    BY_KEY,
    BY_NOTICE,
    BY_SILENCE,
    BY_WORD,
    GIVEN,
    NO,
    NOT_CONFIRMED,
    OBJECTION_KEY,
    REFUSED,
    REFUSING_KEY,
    UNCLEAR,
    UNPROVEN,
    YES,
    LogConsent,
    Notice,
    answer_in,
    names_key,
    sayable,
)
from flows.engine.events import DigitPressed, Event, PromptFinished, SpeechStarted, TimerFired, UtteranceHeard
from flows.engine.languages import short_name
from flows.engine.step import (
    HEARD,
    FieldProblem,
    Leave,
    Move,
    Outcome,
    Retry,
    State,
    Stay,
    Step,
    also,
    param,
    prompt,
    step_type,
)

TOLD, ASKED = "told", "asked"
MODES = (
    (TOLD, "They are told, and may say no"),
    (ASKED, "They are asked, and must say yes"),
)
SAID_NO = "said no before listening"  # what a call remembers: a no is not taken back by silence
MOST_BESIDE = 3  # sayings that answer nothing; after that it is asked again, or a talk in the room never ends
REFUSING = {TOLD: (OBJECTION_KEY,), ASKED: (REFUSING_KEY, OBJECTION_KEY)}  # keys
MAY_LISTEN = "They heard the notice to its end, and agreed or did not object. From here on a transfer may listen."
MAY_NOT = "They said no, or it is not certain that they heard the notice. Lead them to where nobody listens."
AGREED = Outcome(name="agreed", label="they may be listened to", help=MAY_LISTEN)
DECLINED = Outcome(name="declined", label="they do not want it", help=MAY_NOT)


@step_type(
    "consent", title="Ask before listening", question="Ask callers whether you may write down the talk", shape="diamond"
)
class Consent(Step):
    """Callers hear that what they say is written down, and may say no. Put it before a transfer that does so.

    Only who heard the notice to its end counts as asked: neither a key nor speech cuts it short, but for a no.
    """

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (AGREED, DECLINED)

    notice: str = prompt(
        "What you do, and why. How callers can answer is said after it.",
        label=HEARD,
        default="To serve you well, we write down what is said on this call.",
        required=True,
        inserts=False,
    )
    mode: str = param(
        "Being told is enough in many places; some laws ask for a yes. Ask whoever advises you on the law.",
        label="How callers answer",
        default=TOLD,
        choices=MODES,
        group=ANSWERING,
    )
    seconds: float = param(
        "How long callers have after the notice, in seconds. Who is told has then agreed; who is asked is asked again.",
        label="Time to answer",
        default=3.0,
        min=2,
        max=15,
        group=ANSWERING,
    )
    times: int = param(
        "How often callers are asked. Who gave no clear answer then counts as a no.",
        label="How often to ask",
        default=2,
        min=1,
        max=3,
        fold=True,
    )
    objecting: str = prompt(
        "Said after the notice to callers who are told. The keys are fixed: 9 is a no.",
        label="How to say no",
        default="If you do not want that, press 9 or say no.",
        fold=True,
        inserts=False,
    )
    asking: str = prompt(
        "Said after the notice to callers who are asked. The keys are fixed: 1 is a yes, 2 is a no.",
        label="How to say yes or no",
        default="If you agree, press 1 or say yes. If not, press 2 or say no.",
        fold=True,
        inserts=False,
    )
    again: str = prompt(
        "Said before the notice comes again, when there was no clear answer. May be empty.",
        label="Before asking again",
        default="Sorry, I did not get that.",
        fold=True,
        inserts=False,
    )
    declined: str = prompt(
        "Said to callers who do not want it. May be empty.",
        label="After a no",
        default="Thank you. Nothing is written down.",
        fold=True,
        inserts=False,
    )

    def spoken_in(self, language: str) -> "Consent":
        about: dict[str, Any] = {"tongue": language}
        return replace(self, **about)

    def may_show(self, key: str) -> bool:
        return key in self._keys

    @property
    def _keys(self) -> tuple[str, ...]:
        """The keys that answer here; every other one is for what comes next."""
        return (*((AGREEING_KEY,) if self.mode == ASKED else ()), *REFUSING.get(self.mode, ()))

    @property
    def _said_keys(self) -> tuple[str, ...]:
        """The keys that callers must be told."""
        return (AGREEING_KEY, REFUSING_KEY) if self.mode == ASKED else (OBJECTION_KEY,)

    def enter(self, state: State) -> Move:
        if not self.notice.strip():
            return self._unproven(Notice(since=state.at, playing=False), "nobody wrote what is to be said")
        began = Notice(since=state.at, refused=SAID_NO in state.used)
        return Stay(commands=[self._say(self.notice), Listen(phrases=sayable(self.tongue))], scratch=asdict(began))

    def handle(self, state: State, event: Event) -> Move:
        notice = Notice(**state.scratch)
        if notice.closing:
            return self._thanked(notice, event)
        match event:
            case DigitPressed(digit=key, early=is_early) if key:
                return self._pressed(notice, key, before=state.at <= notice.since, is_early=is_early)
            case PromptFinished(confirmed=confirmed) if notice.playing:
                return self._heard(notice) if confirmed else self._unproven(notice, NOT_CONFIRMED)
            case SpeechStarted() if not notice.speaking:
                return self._wait(replace(notice, speaking=True))
            case UtteranceHeard():
                return self._said(replace(notice, speaking=False), event, state.at)
            case TimerFired(timer=timer) if timer == WAIT:
                return self._silent(notice, state.at)
        return Stay()

    # what callers do

    def _pressed(self, notice: Notice, key: str, *, before: bool, is_early: bool) -> Move:
        """A key. `before`: it was pressed before the notice began; `is_early`: when next to nothing of it was heard."""
        if not before and key in REFUSING.get(self.mode, ()):
            return self._decline(notice, BY_KEY)
        if self.mode == ASKED and key == AGREEING_KEY and not before and not is_early:
            return self._agree(replace(notice, speaking=False, unsure=False), BY_KEY)
        if self.mode == ASKED and not notice.playing:
            return Stay()  # no answer, and nothing may come before one
        ahead = replace(notice, ahead=notice.ahead + key)
        may_wait = notice.playing or notice.in_doubt or notice.refused
        return _remember(ahead) if may_wait else self._agree(ahead, BY_NOTICE)

    def _said(self, notice: Notice, event: UtteranceHeard, now: float) -> Move:
        is_told = self.mode == TOLD
        meant = answer_in(event.text, event.confidence, self.tongue, told=is_told)
        if meant == NO:
            return self._decline(notice, BY_WORD)
        if meant == YES:
            return self._agree(replace(notice, unsure=False), BY_WORD)
        if notice.playing:
            return _remember(replace(notice, unsure=notice.unsure or meant == UNCLEAR))
        if is_told and meant != UNCLEAR and notice.beside < MOST_BESIDE:
            return self._wait(replace(notice, beside=notice.beside + 1))
        return self._ask_again(notice, NO_MATCH.name, now)

    def _heard(self, notice: Notice) -> Move:
        """The notice was played to its end."""
        over = replace(notice, playing=False)
        return self._agree(over, notice.agreed) if notice.agreed and not notice.in_doubt else self._wait(over)

    def _silent(self, notice: Notice, now: float) -> Move:
        if notice.in_doubt:
            return self._ask_again(notice, NO_MATCH.name, now)
        if self.mode == ASKED:
            return self._ask_again(notice, NO_INPUT.name, now)
        return self._decline(notice, BY_SILENCE) if notice.refused else self._agree(notice, BY_NOTICE)

    def _thanked(self, notice: Notice, event: Event) -> Move:
        match event:
            case DigitPressed(digit=key):
                return _remember(replace(notice, ahead=notice.ahead + key))
            case PromptFinished():
                return self._leave(replace(notice, playing=False), DECLINED)
        return Stay()

    # what follows

    def _wait(self, notice: Notice) -> Move:
        """Wait for an answer, once the notice is over: longer where the caller has begun to give one."""
        if notice.playing:
            return _remember(notice)
        seconds = max(self.seconds, LONGEST_SENTENCE_SECONDS) if notice.speaking else self.seconds
        return Stay(commands=[StartTimer(seconds=seconds, timer=WAIT)], scratch=asdict(notice))

    def _agree(self, notice: Notice, by: str) -> Move:
        """They agree; while the notice lasts that is only remembered, since they may not know yet to what."""
        if notice.playing:
            return _remember(replace(notice, agreed=by))
        return self._leave(notice, AGREED, LogConsent(what=GIVEN, by=by))

    def _decline(self, notice: Notice, by: str) -> Move:
        refused, used = LogConsent(what=REFUSED, by=by), "" if by == BY_SILENCE else SAID_NO
        if not self.declined.strip():
            return replace(self._leave(notice, DECLINED, refused), used=used)
        closing = replace(notice, playing=True, closing=True)
        commands = [*_hush(notice), StopListening(), refused, self._say(self.declined, alone=True)]
        return Retry(commands=commands, scratch=asdict(closing), used=used)

    def _ask_again(self, notice: Notice, what: str, now: float) -> Move:
        """There was no clear answer: after the last attempt that is a no."""
        missed = LogMissed(what=what)
        if notice.attempt >= self.times:
            return also(self._decline(notice, BY_SILENCE), missed)
        fresh = Notice(since=now, attempt=notice.attempt + 1, refused=notice.refused)
        commands = [*_hush(notice), missed, self._say(self.again, self.notice), Listen(phrases=sayable(self.tongue))]
        return Retry(commands=commands, scratch=asdict(fresh))

    def _unproven(self, notice: Notice, why: str) -> Leave:
        """It is not certain that they heard what they were told."""
        return replace(self._leave(notice, DECLINED, LogConsent(what=UNPROVEN, why=why)), tried=PERHAPS_NOT_TOLD)

    def _leave(self, notice: Notice, outcome: Outcome, *log: Command) -> Leave:
        return Leave(
            outcome=outcome.name,
            commands=[*_hush(notice), StopListening(), *log],
            typed=notice.ahead,
            tried=TOLD_LATER[outcome.name],
        )

    def _say(self, *texts: str, alone: bool = False) -> Play:
        """These texts, and after them how to answer, unless `alone`."""
        every = texts if alone else (*texts, self.asking if self.mode == ASKED else self.objecting)
        return Play(texts=tuple(text for text in every if text.strip()), barge_in=False)

    def problems(self) -> Iterable[FieldProblem]:
        name = "asking" if self.mode == ASKED else "objecting"
        if not getattr(self, name).strip():
            yield FieldProblem(field=name, sentence="Write how callers can say no: nobody knows the key otherwise.")
            return
        written = {"": getattr(self, name)} | {code: texts.get(name, "") for code, texts in self.translations.items()}
        for code, text in written.items():
            unsaid = next((key for key in self._said_keys if text.strip() and not names_key(text, key)), "")
            where = f"In {short_name(code)}, on the page “Languages”, name" if code else "Name"
            if unsaid:
                sentence = f"{where} the key {unsaid}: callers who press another one have not said no."
                yield FieldProblem(field=name, sentence=sentence)


TOLD_LATER = {
    AGREED.name: "Was told that the talk may be written down, and did not object.",
    DECLINED.name: "Does not want the talk to be written down.",
}
PERHAPS_NOT_TOLD = "May not have heard that the talk may be written down, so it is not."


def _remember(notice: Notice) -> Stay:
    return Stay(scratch=asdict(notice))


def _hush(notice: Notice) -> Iterable[Command]:
    return [StopPlaying()] if notice.playing else []
