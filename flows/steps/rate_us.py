"""Rate us: a number from 1 to 5 or to 10, and a way on for good, fair and poor ratings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from flows.engine.answers import NUMBER, Answer
from flows.engine.asking import NO_INPUT, NO_MATCH, PERSON, PERSON_KEY, Asked, Asking
from flows.engine.confirming import answer_name_problems
from flows.engine.digits import is_digits
from flows.engine.events import UtteranceHeard
from flows.engine.matching import Choices, is_sure, match, person_words, words
from flows.engine.spoken_numbers import DIGIT_WORDS, amount_in
from flows.engine.step import HEARD, FieldProblem, Move, Outcome, Stay, param, step_type
from flows.engine.step import prompt as says  # a setting here is called prompt
from flows.engine.telling import said

SCALES = (("5", "1 to 5"), ("10", "1 to 10"))
BESIDE = frozenset({"a", "star", "stars", "point", "points", "rating"})

GOOD = Outcome(name="good", label="a good rating", help="They gave more than a fair rating.")
FAIR = Outcome(name="fair", label="a fair rating", help="They gave more than a poor rating, and not yet a good one.")
POOR = Outcome(name="poor", label="a poor rating", help="Usually somebody calls them back, or talks with them at once.")


@step_type("rate_us", title="Rate us", question="Ask callers to rate us", shape="diamond")
class RateUs(Asking):
    """Callers rate you with a key or a word, from 1, the worst, to 5 or 10. The answer is kept as a number.

    Good, fair and poor ratings go on by an exit each, so that whoever is not content can be put through to somebody.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (GOOD, FAIR, POOR, PERSON, NO_INPUT, NO_MATCH)

    prompt: str = says(
        "One question, with the lowest and the highest number. Say which of them is best.",
        label=HEARD,
        default="How content are you with us today? Press 1 for not at all, up to 5 for very much.",
        required=True,
    )
    answer: str = param(
        "The name under which the rating is kept, in small letters, such as rating.",
        label="Keep it as",
        default="rating",
        max_length=40,
        required=True,
    )
    scale: str = param(
        "How many numbers there are to choose from. Up to 5 is one key, and easier on the phone.",
        label="Scale",
        default="5",
        choices=SCALES,
    )
    good_from: int = param(
        "From this number on a rating is good. Usual are 4 of 5, and 9 of 10.",
        label="Good from",
        default=4,
        min=2,
        max=10,
    )
    poor_to: int = param(
        "Up to this number a rating is poor. Usual are 2 of 5, and 6 of 10.",
        label="Poor up to",
        default=2,
        min=1,
        max=9,
    )
    no_input: str = says(
        "Said before asking again, after a silence.",
        label="After a silence",
        default="Sorry, I did not hear you.",
        fold=True,
    )
    wrong: str = says(
        "Said before asking again, when the answer is not on the scale.",
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

    def gives(self) -> Iterable[Answer]:
        yield Answer(name=self.answer, type=NUMBER)

    def outcomes(self) -> Sequence[Outcome]:
        return [outcome for outcome in self.own_outcomes if outcome is not PERSON or self.offer_person]

    def sayable(self) -> tuple[str, ...]:
        numbers = (*DIGIT_WORDS[1 : self._top + 1], *(("ten",) if self._top == 10 else ()))
        return (*numbers, *self._person_words().sayable())

    @property
    def _top(self) -> int:
        return int(self.scale) if self.scale in dict(SCALES) else 5

    def key_pressed(self, asked: Asked, key: str) -> Move:
        if key == self.terminator:
            return self.keys_complete(asked) if asked.keys else Stay()  # alone it is the tail of an earlier entry
        keys = asked.keys + key
        if self._top == 10 and keys == "1":  # or the beginning of 10
            return self.wait(replace(asked, keys=keys), self.between_keys_seconds)
        return self.keys_complete(replace(asked, keys=keys))

    def keys_complete(self, asked: Asked) -> Move:
        if asked.keys == PERSON_KEY and self.offer_person:
            return self._person(asked)
        return self._rated(asked, asked.keys) or self._misfit(asked, f"pressed {asked.keys}")

    def spoken(self, asked: Asked, event: UtteranceHeard) -> Move:
        if match(event.text, event.confidence, self._person_words()) == PERSON.name:
            return self._person(asked)
        if not is_sure(event.confidence) or not words(event.text):
            return self._misfit(asked, said(event.text))
        return self._rated(asked, self._number_in(event.text)) or self.find_out(asked, event.text, wants="number")

    def understood(self, asked: Asked, said_words: str, meant: str) -> Move:
        return self._rated(asked, meant) or self._misfit(asked, said(said_words))

    def silent(self, asked: Asked) -> Move:
        return self.failed(asked, NO_INPUT.name, "gave no answer", self.no_input, self.prompt)

    def closing_text(self, outcome: str) -> str:
        return self.no_input_last if outcome == NO_INPUT.name else self.no_match_last

    def _number_in(self, text: str) -> str:
        """The number that is said: “four”, “four stars”, “four out of five”."""
        spoken = text.casefold().replace("out of", "|").split("|")[0]
        return amount_in(" ".join(word for word in spoken.split() if word.strip(".,!") not in BESIDE))

    def _rated(self, asked: Asked, number: str) -> Move | None:
        """Keep a rating that is on the scale, and go on by its exit; None for one that is not."""
        if not is_digits(number) or len(number) > 2 or not 1 <= int(number) <= self._top:
            return None
        rating = int(number)
        outcome = GOOD if rating >= self.good_from else POOR if rating <= self.poor_to else FAIR
        tried = self.told(asked, f"gave {rating} of {self._top}")
        return self.leave(asked, outcome.name, tried=tried, answers={self.answer: str(rating)})

    def _misfit(self, asked: Asked, heard: str) -> Move:
        return self.failed(asked, NO_MATCH.name, heard, self.wrong, self.prompt)

    def _person(self, asked: Asked) -> Move:
        return self.leave(asked, PERSON.name, tried=self.told(asked, "asked for a person"))

    def _person_words(self) -> Choices:
        return Choices(phrases={PERSON.name: person_words(self.tongue)} if self.offer_person else {})

    def problems(self) -> Iterable[FieldProblem]:
        yield from super().problems()
        yield from answer_name_problems(self.answer)
        if self.good_from > self._top:
            yield FieldProblem(field="good_from", sentence=f"The scale ends at {self._top}. Take a smaller number.")
        if self.poor_to >= self.good_from:
            sentence = f"This must be less than {self.good_from}, from which on a rating is good."
            yield FieldProblem(field="poor_to", sentence=sentence)
