"""A question with one answer, by key or by voice, which may be read back and confirmed. Pure.

What collecting digits and asking a question share: a person on demand, the read-back, and yes or no to it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flows.engine.answers import OF_EVERY_CALL, in_words
from flows.engine.asking import NO_INPUT, NO_MATCH, PERSON, PERSON_KEY, Asked, Asking
from flows.engine.events import UtteranceHeard
from flows.engine.matching import NO_WORDS, YES_WORDS, Choices, is_sure, match, person_words, words
from flows.engine.spoken_yes_no import KEYS as YES_NO_KEYS
from flows.engine.spoken_yes_no import NO, YES, yes_or_no
from flows.engine.step import FieldProblem, Move, Outcome, Stay
from flows.engine.telling import said

START_OVER_KEY = "*"


@dataclass(frozen=True, kw_only=True)
class Confirming(Asking):
    """An asking whose answer is kept under a name. A kind says what an answer is, and how it is read back."""

    # what a kind decides

    @property
    def confirms(self) -> bool:
        """Whether answers are read back: never those that must not be kept."""
        raise NotImplementedError

    def reading(self, entry: str) -> list[str]:
        """The texts that read an answer back, and ask whether it is right."""
        raise NotImplementedError

    def key_of_answer(self, asked: Asked, key: str) -> Move:
        """A key that is part of an answer."""
        raise NotImplementedError

    def words_of_answer(self, asked: Asked, text: str) -> Move:
        """Words that are no wish for a person."""
        raise NotImplementedError

    def answer_understood(self, asked: Asked, text: str, meant: str) -> Move:
        """As `Asking.understood`, for an answer."""
        raise NotImplementedError

    def misfit(self, asked: Asked, heard: str) -> Move:
        """An answer that does not fit."""
        raise NotImplementedError

    def done(self, asked: Asked, entry: str) -> Move:
        """The answer is right: keep it, and leave."""
        raise NotImplementedError

    def no_answer(self, asked: Asked) -> Move:
        """Silence, while no answer was read back."""
        raise NotImplementedError

    def entry_in_words(self, entry: str) -> str:
        """An answer, in the sentence that a later agent is told."""
        return f"entered {entry}"

    # what all of them do

    def outcomes(self) -> Sequence[Outcome]:
        return [outcome for outcome in self.own_outcomes if outcome is not PERSON or self.offer_person]

    def listens(self) -> bool:
        return self.speech and not self.is_secret

    def key_pressed(self, asked: Asked, key: str) -> Move:
        if key == self.terminator and not asked.keys:
            return Stay()  # the tail of an earlier entry
        if asked.entry and key == PERSON_KEY and self.offer_person:
            return self.person(asked)
        if asked.entry:
            return self._confirmed(asked, YES_NO_KEYS.get(key, ""), f"pressed {key}")
        return self.key_of_answer(asked, key)

    def spoken(self, asked: Asked, event: UtteranceHeard) -> Move:
        if self.asks_for_person(event):
            return self.person(asked)
        if not is_sure(event.confidence) or not words(event.text):
            heard = said(event.text)
            return self._confirmed(asked, "", heard) if asked.entry else self.misfit(asked, heard)
        if not asked.entry:
            return self.words_of_answer(asked, event.text)
        meant = yes_or_no(event.text, event.confidence, self.tongue)
        if meant:
            return self._confirmed(asked, meant, said(event.text))
        return self.find_out(asked, event.text, wants="yes-no", question=" ".join(self.reading(asked.entry)))

    def understood(self, asked: Asked, said_words: str, meant: str) -> Move:
        if asked.entry:
            return self._confirmed(asked, meant if meant in (YES, NO) else "", said(said_words))
        return self.answer_understood(asked, said_words, meant)

    def silent(self, asked: Asked) -> Move:
        if asked.entry:
            return self.failed(asked, NO_INPUT.name, "did not confirm it", *self.reading(asked.entry))
        return self.no_answer(asked)

    def complete(self, asked: Asked, entry: str) -> Move:
        """This is a whole answer: read it back where that is wanted, or keep it."""
        if self.confirms:
            return self.ask(replace(asked, entry=entry), *self.reading(entry))
        return self.done(asked, entry)

    def person(self, asked: Asked) -> Move:
        """The caller wants a person."""
        return self.leave(asked, PERSON.name, tried=self.told(asked, "asked for a person"))

    def asks_for_person(self, event: UtteranceHeard, *, whole: bool = False) -> bool:
        """Whether these words ask for a person; `whole`: only when they say nothing else."""
        return match(event.text, event.confidence, self._person_words(), whole=whole) == PERSON.name

    def sayable_besides(self) -> tuple[str, ...]:
        """What may be said here that is no answer: words for a person, and yes and no to a read-back."""
        words_for = dict(self._person_words().phrases)
        if not self.confirms:
            return Choices(phrases=words_for).sayable()
        return Choices(phrases=words_for | {YES: YES_WORDS, NO: NO_WORDS}, keys=YES_NO_KEYS).sayable()

    def _person_words(self) -> Choices:
        return Choices(phrases={PERSON.name: person_words(self.tongue)} if self.offer_person else {})

    def _confirmed(self, asked: Asked, meant: str, heard: str) -> Move:
        if meant == YES:
            return self.done(asked, asked.entry)
        if meant == NO:
            heard = f"{self.entry_in_words(asked.entry)}, which was not right"
            return self.failed(replace(asked, entry=""), NO_MATCH.name, heard, self.prompt)
        return self.failed(asked, NO_MATCH.name, heard, *self.reading(asked.entry))


def answer_name_problems(name: str) -> Iterable[FieldProblem]:
    """What is wrong with the name under which an answer is kept."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        sentence = "Use small letters, digits and underscores, beginning with a letter, such as account_number."
        yield FieldProblem(field="answer", sentence=sentence)
    elif name in OF_EVERY_CALL:
        sentence = f"“{in_words(name)}” is known of every call. Choose another name."
        yield FieldProblem(field="answer", sentence=sentence)
