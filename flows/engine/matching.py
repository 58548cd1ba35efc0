"""What a caller's words mean. Pure.

The words are compared with the phrases on offer by one matcher after the other, strictest first; the first that finds
anything decides. What fits two choices, or none, is no match: never a guess. A further way of matching is one more
function in `MATCHERS`; what none of them understands, a step may have understood by a model (`Asking.find_out`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from flows.engine.folding import folded
from flows.engine.languages import base
from flows.engine.near import same_words
from flows.engine.spoken_numbers import WORDS_BY_KEY, keys_in
from flows.engine.values import value

LEAST_CONFIDENCE = 0.4  # below this a recogniser is as often wrong as right
PERSON_WORDS = ("agent", "operator", "representative", "person", "human", "real person", "attendant", "talk to someone")
PERSON_WORDS_IN = {
    "es": ("persona", "una persona", "agente", "operador", "operadora", "representante", "hablar con alguien"),
    "fr": ("personne", "une personne", "agent", "opérateur", "conseiller", "parler à quelqu'un"),
    "de": ("mensch", "person", "mitarbeiter", "mit jemandem sprechen", "einen menschen"),
}
YES_WORDS = ("yes", "yeah", "yep", "correct", "right", "that's right", "that is right")
NO_WORDS = ("no", "nope", "wrong", "incorrect", "not right", "not correct", "that's not right", "that's wrong")

FILLERS = frozenset({"please", "uh", "um", "uhm", "er", "erm", "ah", "eh", "hm", "hmm"})
NEGATIONS = frozenset({"not", "dont", "doesnt", "isnt", "no", "never", "without", "except"})

Words = tuple[str, ...]


@value
class Choices:
    """What may be said: phrases by the outcome they mean, and outcomes by key."""

    phrases: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, str] = field(default_factory=dict)

    def sayable(self) -> tuple[str, ...]:
        """Everything a recogniser should be ready for, each once, as people wrote it."""
        said = [phrase.strip() for phrases in self.phrases.values() for phrase in phrases if words(phrase)]
        pressed = [" ".join(WORDS_BY_KEY.get(key, key) for key in keys) for keys in self.keys]
        return tuple({words(phrase): phrase for phrase in reversed([*said, *pressed])}.values())[::-1]


def is_sure(confidence: float) -> bool:
    """Whether words of this confidence may be acted on."""
    return confidence >= LEAST_CONFIDENCE


def words(text: str) -> Words:
    """The words of a text, without case, punctuation, accents, apostrophes and the fillers of polite speech."""
    plain = re.sub("['’`]", "", folded(text))
    return tuple(word for word in re.findall(r"\w+", plain) if word not in FILLERS)


def match(text: str, confidence: float, choices: Choices, *, whole: bool = False) -> str | None:
    """The one outcome that these words mean; None when there is none, more than one, or too much doubt.

    `whole`: a phrase that stands within a longer sentence does not count.
    """
    said = words(text)
    if not said or not is_sure(confidence):
        return None
    for matcher in WHOLE_MATCHERS if whole else MATCHERS:
        found = matcher(said, choices)
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def spoken_keys(text: str) -> str:
    """The keys in an utterance of spoken digits, such as “press one” or “four double two”; "" when it says more."""
    return keys_in(words(text))


def person_words(language: str) -> tuple[str, ...]:
    """By what callers ask for a person in a further language of a flow; "" is English."""
    return PERSON_WORDS_IN.get(base(language), PERSON_WORDS)


def without(phrases: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """These phrases, less those that a builder has given another meaning."""
    given_away = {words(phrase) for phrase in taken}
    return tuple(phrase for phrase in phrases if words(phrase) not in given_away)


def _exactly(said: Words, choices: Choices) -> set[str]:
    return {outcome for phrase, outcome in _phrases(choices) if phrase == said}


def _contained(said: Words, choices: Choices) -> set[str]:
    """Choices whose words stand within what was said. “Not billing” is not billing."""
    spans = {
        (at, at + len(phrase), outcome)
        for phrase, outcome in _phrases(choices)
        for at in range(len(said) - len(phrase) + 1)
        if said[at : at + len(phrase)] == phrase
    }
    widest = [span for span in spans if not any(_within(span, other) for other in spans)]
    negated = {at for at, word in enumerate(said) if word in NEGATIONS}
    covered = {at for begins, ends, _ in widest for at in range(begins, ends)}
    return {outcome for *_, outcome in widest} if negated <= covered else set()


def _by_key(said: Words, choices: Choices) -> set[str]:
    outcome = choices.keys.get(keys_in(said))
    return {outcome} if outcome else set()


def _nearly(said: Words, choices: Choices) -> set[str]:
    return {outcome for phrase, outcome in _phrases(choices) if same_words(said, phrase)}


MATCHERS: tuple[Callable[[Words, Choices], set[str]], ...] = (_exactly, _contained, _by_key, _nearly)
WHOLE_MATCHERS = (_exactly, _by_key, _nearly)


def _phrases(choices: Choices) -> Iterable[tuple[Words, str]]:
    for outcome, phrases in choices.phrases.items():
        for phrase in phrases:
            if words(phrase):
                yield words(phrase), outcome


def _within(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    """True when `span` is a real part of `other`: “bill” within “electric bill”."""
    return other[0] <= span[0] and span[1] <= other[1] and span[:2] != other[:2]
