"""Ask for a number, and check it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from flows.engine.answers import DIGITS, Answer
from flows.engine.asking import NO_INPUT, PERSON, PERSON_KEY, Asked
from flows.engine.confirming import START_OVER_KEY, Confirming, answer_name_problems
from flows.engine.digits import every_digit_text, fits_mask, is_digits, is_mask, mask_length, passes_luhn, read_out
from flows.engine.matching import spoken_keys
from flows.engine.spoken_numbers import DIGIT_WORDS
from flows.engine.step import FieldProblem, Move, Outcome, Stay, param, prompt, step_type
from flows.engine.telling import said

LONGEST_NUMBER = 20  # as many as the machine keeps when they are typed ahead

OK = Outcome(name="ok", label="the number is right", help="They typed it, and it passed what is checked.")
NO_MATCH = Outcome(name="no-match", label="no number was right")


@step_type("collect_digits", title="Ask for a number", question="Ask callers to type a number", shape="diamond")
class CollectDigits(Confirming):
    """Callers type a number, such as an account number, or say it, digit by digit or in pairs.

    The number can be checked and read back. The star key lets callers start over.
    """

    own_outcomes: ClassVar[tuple[Outcome, ...]] = (OK, PERSON, NO_INPUT, NO_MATCH)

    answer: str = param(
        "The name under which the number is kept, in small letters, such as account_number.",
        label="Keep it as",
        default="number",
        max_length=40,
        required=True,
    )
    fewest: int = param(
        "The fewest digits that a number has.", label="Fewest digits", default=1, min=1, max=LONGEST_NUMBER
    )
    most: int = param(
        "The most digits that a number has. When it is the same as the fewest, the last digit ends the entry at once.",
        label="Most digits",
        default=10,
        min=1,
        max=LONGEST_NUMBER,
    )
    mask: str = param(
        "What a number looks like: # for any digit, digits for themselves, * for any that follow. “##-####” is six "
        "digits, “04*” begins with 04. Leave empty for any number.",
        label="Form of the number",
        default="",
        max_length=60,
    )
    check: str = param(
        "A further check, which finds most typing errors in numbers that carry a check digit.",
        label="Further check",
        default="",
        choices=(("", "no further check"), ("luhn", "check digit of payment cards (Luhn)")),
    )
    lowest: int | None = param(
        "The smallest number allowed, or empty.", label="Smallest number", default=None, min=0, fold=True
    )
    highest: int | None = param(
        "The largest number allowed, or empty.", label="Largest number", default=None, min=0, fold=True
    )
    do_not_keep: bool = param(
        "For PINs and card numbers: the digits are never stored, logged, read back, or understood from speech.",
        label="Do not keep the digits",
        default=False,
    )
    read_back: bool = param(
        "Read the number back, and let callers confirm it with 1 or change it with 2. Not done for digits that are not "
        "kept.",
        label="Read it back",
        default=False,
    )
    read_back_before: str = prompt(
        "Said before the number is read back.", label="Before the read-back", default="I have", fold=True
    )
    read_back_after: str = prompt(
        "Said after the number was read back. Keep 1 for yes and 2 for no.",
        label="After the read-back",
        default="If this is right, press 1. To enter it again, press 2.",
        fold=True,
    )
    no_input: str = prompt(
        "Said before asking again, after a silence.",
        label="After a silence",
        default="Sorry, I did not hear you.",
        fold=True,
    )
    too_short: str = prompt(
        "Said before asking again, when digits are missing.",
        label="When digits are missing",
        default="That number is too short.",
        fold=True,
    )
    wrong: str = prompt(
        "Said before asking again, when the number does not pass the checks.",
        label="When it is not right",
        default="Sorry, that number does not seem right.",
        fold=True,
    )
    no_input_last: str = prompt(
        "Said after the last silence, before callers go on to the exit for it. May be empty.",
        label="After the last silence",
        default="Sorry, I could not hear you.",
        fold=True,
    )
    no_match_last: str = prompt(
        "Said after the last wrong number, before callers go on to the exit for it. May be empty.",
        label="After the last wrong number",
        default="Sorry, that number was not right either.",
        fold=True,
    )

    @property
    def is_secret(self) -> bool:
        return self.do_not_keep

    @property
    def confirms(self) -> bool:
        return self.read_back and not self.is_secret

    def gives(self) -> Iterable[Answer]:
        yield Answer(name=self.answer, type=DIGITS, secret=self.is_secret)

    def sayable(self) -> tuple[str, ...]:
        return (*DIGIT_WORDS, *self.sayable_besides())

    def prompts(self) -> Iterator[str]:
        yield from super().prompts()
        if self.confirms:
            yield from every_digit_text()

    def key_of_answer(self, asked: Asked, key: str) -> Move:
        if key == self.terminator:
            return self.keys_complete(asked)
        if key == START_OVER_KEY:
            return self.wait(replace(asked, keys=""), self.first_key_seconds)
        return self._add(asked, key) if is_digits(key) else Stay()

    def words_of_answer(self, asked: Asked, text: str) -> Move:
        digits = spoken_keys(text)
        return self._add(asked, digits) if is_digits(digits) else self.find_out(asked, text, wants="digits")

    def answer_understood(self, asked: Asked, text: str, meant: str) -> Move:
        fits = is_digits(meant) and len(meant) <= LONGEST_NUMBER
        return self._add(asked, meant) if fits else self.misfit(asked, said(text))

    def no_answer(self, asked: Asked) -> Move:
        return self.failed(asked, NO_INPUT.name, "gave no answer", self.no_input, self.prompt)

    def keys_complete(self, asked: Asked) -> Move:
        digits = asked.keys
        if self._is_right(digits):
            return self.complete(asked, digits)
        if digits == PERSON_KEY and self.offer_person:
            return self.person(asked)
        heard = "entered a number that did not fit" if self.is_secret else f"entered {digits}"
        if len(digits) < self.fewest:
            return self.failed(asked, NO_MATCH.name, heard, self.too_short, self.prompt)
        return self.misfit(asked, heard)

    def closing_text(self, outcome: str) -> str:
        return self.no_input_last if outcome == NO_INPUT.name else self.no_match_last

    def _add(self, asked: Asked, digits: str) -> Move:
        asked = replace(asked, keys=asked.keys + digits)
        return (
            self.keys_complete(asked) if len(asked.keys) >= self.most else self.wait(asked, self.between_keys_seconds)
        )

    def misfit(self, asked: Asked, heard: str) -> Move:
        return self.failed(asked, NO_MATCH.name, heard, self.wrong, self.prompt)

    def done(self, asked: Asked, entry: str) -> Move:
        if self.is_secret:
            return self.leave(asked, OK.name, tried=self.told(asked, "entered a number that fits"))
        tried = self.told(asked, self.entry_in_words(entry))
        return self.leave(asked, OK.name, tried=tried, answers={self.answer: entry})

    def reading(self, entry: str) -> list[str]:
        return [self.read_back_before, *read_out(entry), self.read_back_after]

    def _is_right(self, digits: str) -> bool:
        return (
            self.fewest <= len(digits) <= self.most
            and (not self.mask or fits_mask(digits, self.mask))
            and (self.check != "luhn" or passes_luhn(digits))
            and (self.lowest is None or int(digits) >= self.lowest)
            and (self.highest is None or int(digits) <= self.highest)
        )

    def problems(self) -> Iterable[FieldProblem]:
        yield from super().problems()
        yield from answer_name_problems(self.answer)
        if self.fewest > self.most:
            yield FieldProblem(field="most", sentence=f"This must be at least {self.fewest}, the fewest digits.")
        if self.fewest < self.most and not self.terminator:
            sentence = "Numbers may have different lengths here, so choose a key that ends one, usually #."
            yield FieldProblem(field="terminator", sentence=sentence)
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            yield FieldProblem(field="highest", sentence=f"This must be at least {self.lowest}, the smallest number.")
        if self.mask:
            yield from self._mask_problems()

    def _mask_problems(self) -> Iterable[FieldProblem]:
        if not is_mask(self.mask):
            sentence = "Write # for any digit, digits for themselves, and * at the end for any that follow."
            yield FieldProblem(field="mask", sentence=sentence)
            return
        length, more = mask_length(self.mask)
        if length > self.most or (length < self.fewest and not more):
            sentence = f"This asks for {length} digits; a number here has {self.fewest} to {self.most}."
            yield FieldProblem(field="mask", sentence=sentence)
