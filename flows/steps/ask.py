"""Ask a question: anything at all, yes or no, a number of things, or a day."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.engine.answers import DATE, NUMBER, YES_NO, Answer
from flows.engine.answers import TEXT as ANYTHING
from flows.engine.asking import MOST_WORDS, NO_INPUT, NO_MATCH, PERSON, PERSON_KEY, Asked
from flows.engine.confirming import START_OVER_KEY, Confirming, answer_name_problems
from flows.engine.digits import is_digits
from flows.engine.events import UtteranceHeard
from flows.engine.matching import NO_WORDS, YES_WORDS, is_sure
from flows.engine.spoken_dates import NAMED_DAYS, WEEKDAYS, Calendar, date_in, date_of_keys, day_first, in_words
from flows.engine.spoken_numbers import DIGIT_WORDS, amount_in
from flows.engine.spoken_yes_no import KEYS as YES_NO_KEYS
from flows.engine.spoken_yes_no import NO, YES, yes_or_no
from flows.engine.step import FieldProblem, Move, Outcome, State, Stay, param, step_type
from flows.engine.step import prompt as says  # a setting here is called prompt
from flows.engine.telling import TOLD_CHARACTERS, quoted, said

WANTS = ((ANYTHING, "anything"), (YES_NO, "yes or no"), (NUMBER, "a number"), (DATE, "a date"))
COMING, PAST = "coming", "past"
MOST_KEYS = {NUMBER: 12, DATE: 8}
MORE_WORDS_SECONDS = 1.5  # people pause within an answer; nobody who has answered should wait longer than this
AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

ANSWERED = Outcome(
    name="answered", label="the question was answered", help="They gave an answer of the kind that you chose."
)
SAID_YES = Outcome(name=YES, label="the answer is yes", help="They said yes, or pressed its key.")
SAID_NO = Outcome(name=NO, label="the answer is no", help="They said no, or pressed its key.")


@step_type("ask", title="Ask a question", question="Ask callers a question", shape="diamond")
class Ask(Confirming):
    """Callers answer in their own words. A number, a date, yes and no can be typed as well.

    For numbers of accounts and orders, with their checks, take “Ask for a number” instead.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (ANSWERED, SAID_YES, SAID_NO, PERSON, NO_INPUT, NO_MATCH)

    prompt: str = says(
        "One question. Say which keys help: 1 is yes, 2 is no; a date is typed as day and month in four keys, with the "
        "year in eight (in US English the month comes first).",
        label="What callers hear",
        required=True,
    )
    wants: str = param(
        "What kind of answer is asked for. Yes and no have an exit each.",
        label="Kind of answer",
        default=ANYTHING,
        choices=WANTS,
    )
    answer: str = param(
        "The name under which the answer is kept, in small letters, such as reason. Dates are kept as 2027-05-03.",
        label="Keep it as",
        default="answer",
        max_length=40,
        required=True,
    )
    do_not_keep: bool = param(
        "For what nobody should read: the answer is typed, and never stored, logged, read back, or taken from speech.",
        label="Do not keep the answer",
        default=False,
    )
    read_back: bool = param(
        "Read the answer back, and let callers confirm it with 1 or yes, or change it with 2 or no. Wise for dates.",
        label="Read it back",
        default=False,
    )
    read_back_before: str = says(
        "Said before the answer is read back.", label="Before the read-back", default="I understood", fold=True
    )
    read_back_after: str = says(
        "Said after the answer was read back. Keep 1 for yes and 2 for no.",
        label="After the read-back",
        default="If this is right, press 1 or say yes. If not, press 2 or say no.",
        fold=True,
    )
    no_input: str = says(
        "Said before asking again, after a silence.",
        label="After a silence",
        default="Sorry, I did not hear you.",
        fold=True,
    )
    wrong: str = says(
        "Said before asking again, when the answer does not fit the question.",
        label="When it does not fit",
        default="Sorry, I did not get that.",
        fold=True,
    )
    no_input_last: str = says(
        "Said after the last silence, before callers go on to the exit for it. May be empty.",
        label="After the last silence",
        default="Sorry, I could not hear you.",
        fold=True,
    )
    no_match_last: str = says(
        "Said after the last answer that does not fit, before callers go on to the exit for it. May be empty.",
        label="After the last misfit",
        default="Sorry, I could not understand you.",
        fold=True,
    )
    days: str = param(
        "Which day is meant by “the third of May” or “Tuesday”: the next one, or the last one.",
        label="Dates without a year",
        default=COMING,
        choices=((COMING, "are days to come, such as an appointment"), (PAST, "are past, such as a purchase")),
        fold=True,
    )
    hours: str = param(
        "Opening hours of the place by whose clock “today” and “tomorrow” count. Without them it is UTC.",
        label="Whose clock counts",
        refers_to="hours",
        max_length=60,
        fold=True,
    )
    zone: str = "UTC"
    language: str = "en-US"

    @property
    def is_secret(self) -> bool:
        return self.do_not_keep

    @property
    def confirms(self) -> bool:
        return self.read_back and not self.is_secret and self.wants != YES_NO

    def gives(self) -> Iterable[Answer]:
        yield Answer(name=self.answer, type=self.wants, secret=self.is_secret)

    def resolve(self, resources: Mapping[str, Mapping[str, Any]]) -> "Ask":
        found = resources.get("hours", {}).get(self.hours)
        about: dict[str, Any] = {"zone": found.zone if found else "UTC"}  # a kind is a dataclass only once registered
        return replace(self, **about)

    def spoken_in(self, language: str) -> "Ask":
        about: dict[str, Any] = {"language": language}
        return replace(self, **about)

    def outcomes(self) -> Sequence[Outcome]:
        unasked = (ANSWERED,) if self.wants == YES_NO else (SAID_YES, SAID_NO)
        return [outcome for outcome in super().outcomes() if outcome not in unasked]

    def sayable(self) -> tuple[str, ...]:
        return (*SAYABLE.get(self.wants, ()), *self.sayable_besides())

    def asks_for_person(self, event: UtteranceHeard, *, whole: bool = False) -> bool:
        # “I spoke with an agent yesterday” is an answer
        return super().asks_for_person(event, whole=whole or self.wants == ANYTHING)

    def begin(self, state: State) -> Asked:
        try:
            return Asked(today=datetime.fromtimestamp(state.now, ZoneInfo(self.zone)).date().isoformat())
        except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):  # a moment or a zone beyond the calendar
            return Asked()

    # keys

    def key_of_answer(self, asked: Asked, key: str) -> Move:
        if key == START_OVER_KEY:
            return self.wait(replace(asked, keys=""), self.first_key_seconds)
        if self.wants in MOST_KEYS:
            return self._typed(asked, key)
        if key == PERSON_KEY and self.offer_person:
            return self.person(asked)
        if key == self.terminator and asked.keys:
            return self.keys_complete(asked)
        if self.wants == YES_NO and key in YES_NO_KEYS:
            return self.done(asked, YES_NO_KEYS[key])
        return self.misfit(asked, f"pressed {key}" if not self.is_secret else "pressed a key that did not fit")

    def keys_complete(self, asked: Asked) -> Move:
        if self.wants == ANYTHING:
            return self.complete(asked, asked.keys)
        if asked.keys == PERSON_KEY and self.offer_person:
            return self.person(asked)
        if self.wants == NUMBER:
            return self.complete(asked, asked.keys.lstrip("0") or "0")
        calendar = self._calendar(asked)
        day = date_of_keys(asked.keys, calendar) if calendar else None
        if day:
            return self.complete(asked, day.isoformat())
        return self.misfit(asked, "typed a date that does not exist" if self.is_secret else f"typed {asked.keys}")

    def _typed(self, asked: Asked, key: str) -> Move:
        if key == self.terminator:
            return self.keys_complete(asked)
        if not is_digits(key):
            return Stay()
        asked = replace(asked, keys=asked.keys + key)
        full = len(asked.keys) >= MOST_KEYS[self.wants]
        return self.keys_complete(asked) if full else self.wait(asked, self.between_keys_seconds)

    # speech

    def spoken(self, asked: Asked, event: UtteranceHeard) -> Move:
        if self.wants == ANYTHING and asked.keys and not is_sure(event.confidence):
            return self.wait(asked, MORE_WORDS_SECONDS)  # a cough after the answer does not undo it
        return super().spoken(asked, event)

    def words_of_answer(self, asked: Asked, text: str) -> Move:
        if self.wants in READ:
            found = READ[self.wants](text, self._calendar(asked), self.tongue)
            return self.complete(asked, found) if found else self.find_out(asked, text, wants=self.wants)
        whole = " ".join(f"{asked.keys} {text}".split())[:MOST_WORDS]
        return self.wait(replace(asked, keys=whole), MORE_WORDS_SECONDS)

    def answer_understood(self, asked: Asked, text: str, meant: str) -> Move:
        fits = FITS.get(self.wants)
        return self.complete(asked, meant) if fits and fits(meant) else self.misfit(asked, said(text))

    # both

    def no_answer(self, asked: Asked) -> Move:
        return self.failed(asked, NO_INPUT.name, "gave no answer", self.no_input, self.prompt)

    def misfit(self, asked: Asked, heard: str) -> Move:
        return self.failed(asked, NO_MATCH.name, heard, self.wrong, self.prompt)

    def closing_text(self, outcome: str) -> str:
        return self.no_input_last if outcome == NO_INPUT.name else self.no_match_last

    def reading(self, entry: str) -> list[str]:
        return [self.read_back_before, f"{self._aloud(entry)}.", self.read_back_after]

    def entry_in_words(self, entry: str) -> str:
        return f"answered {quoted(entry)}"

    def done(self, asked: Asked, entry: str) -> Move:
        outcome = entry if self.wants == YES_NO else ANSWERED.name
        if self.is_secret:
            return self.leave(asked, outcome, tried=self.told(asked, "gave an answer"))
        tried = self.told(asked, self.entry_in_words(entry))
        return self.leave(asked, outcome, tried=tried, answers={self.answer: entry})

    def _aloud(self, entry: str) -> str:
        """An answer as it is read back; a long one as far as its beginning."""
        if self.wants == DATE:
            return in_words(date.fromisoformat(entry), self.language)
        return entry if len(entry) <= TOLD_CHARACTERS else f"{entry[:TOLD_CHARACTERS]} and so on"

    def _calendar(self, asked: Asked) -> Calendar | None:
        if not asked.today:
            return None
        today = date.fromisoformat(asked.today)
        return Calendar(today=today, day_first=day_first(self.language), past=self.days == PAST)

    def problems(self) -> Iterable[FieldProblem]:
        yield from super().problems()
        yield from answer_name_problems(self.answer)
        if self.wants == ANYTHING and self.do_not_keep:
            sentence = "What is not kept must be typed, and “anything” cannot be. Ask for another kind of answer."
            yield FieldProblem(field="do_not_keep", sentence=sentence)
        elif self.wants == ANYTHING and not self.speech:
            yield FieldProblem(field="speech", sentence="“Anything” can only be said: let callers speak.")


def _day(text: str, calendar: Calendar | None) -> str:
    found = date_in(text, calendar) if calendar else None
    return found.isoformat() if found else ""


def _is_day(text: str) -> bool:
    try:
        return bool(ISO_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


# By kind of answer: how words are read without a model, what a model may answer, and what callers are likely to say.
READ: dict[str, Callable[..., str]] = {
    YES_NO: lambda text, _, language: yes_or_no(text, language=language),
    NUMBER: lambda text, *_: amount_in(text),
    DATE: lambda text, calendar, _: _day(text, calendar),
}
FITS = {
    YES_NO: lambda meant: meant in (YES, NO),
    NUMBER: lambda meant: bool(AMOUNT.fullmatch(meant)),
    DATE: _is_day,
}
SAYABLE = {YES_NO: (*YES_WORDS, *NO_WORDS, "one", "two"), NUMBER: DIGIT_WORDS, DATE: (*NAMED_DAYS, *WEEKDAYS)}
