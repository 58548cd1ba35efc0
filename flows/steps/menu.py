"""Offer choices, taken by key or by voice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from flows.engine.asking import NO_INPUT, NO_MATCH, PERSON, PERSON_KEY, Asked, Asking
from flows.engine.commands import AgentOutcome
from flows.engine.events import UtteranceHeard
from flows.engine.matching import Choices, is_sure, match, person_words, without, words
from flows.engine.step import FieldProblem, Move, Option, Outcome, Stay, prompt, step_type
from flows.engine.telling import quoted, said

KEYS = frozenset("0123456789*#")
LONGEST_KEYS = 4
EARLIER = "Choose a step only where callers shall not be asked again after it."
EARLY = tuple(
    Outcome(
        name=f"{name}-{attempt}",
        label=f"{which} {what}",
        optional=True,
        when_open="callers are asked again",
        help=EARLIER,
    )
    for name, what in (("no-input", "silence"), ("no-match", "answer that did not fit"))
    for attempt, which in ((1, "first"), (2, "second"))
)


@step_type("menu", title="Menu", question="Let callers choose", shape="diamond")
class Menu(Asking):
    """Callers hear their choices, and press a key or say what they want.

    Each choice has its key, a name, and other words that callers may say for it. Three or four choices are easy to
    remember; put the one that most callers want first.
    """

    takes_options: ClassVar[bool] = True
    option_outcome: ClassVar[str] = (
        "The key for this choice: one key, or up to four for an extension, such as 1 or 204."
    )
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (PERSON, NO_INPUT, NO_MATCH, *EARLY)

    no_input_1: str = prompt(
        "Said before the prompt comes again, after the first silence.",
        label="After the first silence",
        default="Sorry, I did not hear you.",
        fold=True,
    )
    no_input_2: str = prompt(
        "Said before the prompt comes again, after a further silence.",
        label="After a further silence",
        default="I still did not hear anything. You can press a key, or say what you need.",
        fold=True,
    )
    no_input_last: str = prompt(
        "Said after the last silence, before callers go on to the exit for it. May be empty.",
        label="After the last silence",
        default="Sorry, I could not hear you.",
        fold=True,
    )
    no_match_1: str = prompt(
        "Said before the prompt comes again, after the first answer that fits nothing.",
        label="After the first misfit",
        default="Sorry, I did not get that.",
        fold=True,
    )
    no_match_2: str = prompt(
        "Said before the prompt comes again, after a further answer that fits nothing. Offer the keys here.",
        label="After a further misfit",
        default="I still did not get that. Please use the keys of your phone.",
        fold=True,
    )
    no_match_last: str = prompt(
        "Said after the last answer that fits nothing, before callers go on to the exit for it. May be empty.",
        label="After the last misfit",
        default="Sorry, I could not understand you.",
        fold=True,
    )
    options: tuple[Option, ...] = ()

    def outcomes(self) -> Sequence[Outcome]:
        choices = [Outcome(name=option.outcome, label=option.label) for option in self.options]
        person = [PERSON] if self.offer_person else []
        early = [outcome for outcome in EARLY if int(outcome.name[-1]) < self.attempts]
        return [*choices, *person, NO_INPUT, NO_MATCH, *early]

    def table(self) -> dict[str, str]:
        """Outcomes by key: each option by its own, a person by 0 unless an option owns that key."""
        person = {PERSON_KEY: PERSON.name} if self.offer_person else {}
        return person | {option.outcome: option.outcome for option in self.options}

    def choices(self) -> Choices:
        """What may be said: labels and phrases of the options, their keys, and words for a person."""
        phrases = {option.outcome: (option.label, *option.phrases) for option in self.options}
        if self.offer_person:
            taken = [phrase for own in phrases.values() for phrase in own]
            phrases[PERSON.name] = without(person_words(self.tongue), taken)
        return Choices(phrases=phrases, keys=self.table())

    def meanings(self) -> tuple[AgentOutcome, ...]:
        """The same choices as they are told to a model: each with its name and words for it."""
        own = [AgentOutcome(name=o.outcome, label=o.label, phrases=o.phrases) for o in self.options]
        phrases = self.choices().phrases.get(PERSON.name)
        person = [AgentOutcome(name=PERSON.name, label=PERSON.label, phrases=phrases)] if phrases else []
        return (*own, *person)

    def sayable(self) -> tuple[str, ...]:
        return self.choices().sayable()

    def hears(self, asked: Asked) -> bool:
        return super().hears(asked) and not asked.keys  # who has begun to type is not speaking to us

    def key_pressed(self, asked: Asked, key: str) -> Move:
        table, keys = self.table(), asked.keys + key
        fitting = [known for known in table if known.startswith(keys)]
        if key == self.terminator and not fitting:
            return self.keys_complete(asked) if asked.keys else Stay()  # alone it is the tail of an earlier entry
        if fitting == [keys]:
            return self._chosen(asked, table[keys])
        if fitting or len(keys) < max(map(len, table), default=0):  # a wrong extension is heard out, then refused once
            return self.wait(replace(asked, keys=keys), self.between_keys_seconds)
        return self.keys_complete(replace(asked, keys=keys))

    def keys_complete(self, asked: Asked) -> Move:
        outcome = self.table().get(asked.keys)
        return self._chosen(asked, outcome) if outcome else self._no_match(asked, f"pressed {asked.keys}")

    def late_key(self, asked: Asked, key: str) -> Move:
        outcome = self.table().get(key)
        return self._chosen(asked, outcome) if outcome else Stay()

    def spoken(self, asked: Asked, event: UtteranceHeard) -> Move:
        outcome = match(event.text, event.confidence, self.choices())
        if outcome:
            return self._chosen(asked, outcome)
        if not is_sure(event.confidence) or not words(event.text):
            return self._no_match(asked, said(event.text))
        return self.find_out(asked, event.text, wants="choice", choices=self.meanings())

    def understood(self, asked: Asked, said_words: str, meant: str) -> Move:
        if meant not in {choice.name for choice in self.meanings()}:
            return self._no_match(asked, said(said_words))
        did = f"said {quoted(said_words)}, understood as {self._label(meant)}"
        return self.leave(asked, meant, tried=self.told(asked, did))

    def silent(self, asked: Asked) -> Move:
        text = self.no_input_1 if asked.attempt == 1 else self.no_input_2
        return self.failed(asked, NO_INPUT.name, "gave no answer", text, self.prompt)

    def closing_text(self, outcome: str) -> str:
        return self.no_input_last if outcome == NO_INPUT.name else self.no_match_last

    def _no_match(self, asked: Asked, heard: str) -> Move:
        text = self.no_match_1 if asked.attempt == 1 else self.no_match_2
        return self.failed(asked, NO_MATCH.name, heard, text, self.prompt)

    def _chosen(self, asked: Asked, outcome: str) -> Move:
        did = f"chose {quoted(self._label(outcome))}" if outcome != PERSON.name else "asked for a person"
        return self.leave(asked, outcome, tried=self.told(asked, did))

    def _label(self, outcome: str) -> str:
        own = next((option.label for option in self.options if option.outcome == outcome), "")
        return own or ("a person" if outcome == PERSON.name else outcome)

    def problems(self) -> Iterable[FieldProblem]:
        yield from super().problems()
        if not self.options:
            yield FieldProblem(field="options", sentence="Add at least one choice: a key, its name, and the next step.")
        for option in self.options:
            if not option.outcome or len(option.outcome) > LONGEST_KEYS or not KEYS.issuperset(option.outcome):
                sentence = f"“{option.outcome}” is not a key. Use 1 to {LONGEST_KEYS} of 0 to 9, * and #."
                yield FieldProblem(field=f"exit:{option.outcome}", sentence=sentence)
        yield from self._said_for_two()

    def _said_for_two(self) -> Iterable[FieldProblem]:
        meanings = [{words(p): p for p in (o.label, *o.phrases) if words(p)} for o in self.options]
        times = Counter(phrase for own in meanings for phrase in own)
        for option, own in zip(self.options, meanings, strict=True):
            for phrase in own:
                if times[phrase] > 1:
                    sentence = f"Two choices answer to “{own[phrase]}”, so neither would. Keep it for one of them."
                    yield FieldProblem(field=f"exit:{option.outcome}", sentence=sentence)
