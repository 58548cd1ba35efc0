"""What operations wait for in what people say, and finding it. Pure.

Words are compared without case, accents and punctuation, whole word by whole word, in the order in which they stand. A
word also counts with a common English ending, and with those of the call's language (`endings`): “cancel” finds
cancels, cancelled and cancelling, not cancellation. A “not” before it changes nothing, unless the cue says so: “I do
not want to cancel” is a mark too, for a person to look at, or none (`denying`).
"""

from collections.abc import Iterable
from dataclasses import field

from flows.engine.languages import base
from flows.engine.matching import words
from flows.engine.values import value
from streams.listening.denying import denials
from streams.listening.endings import bent

EITHER = ""  # whoever says it
LONGEST = 2000  # characters of one utterance that are looked at
SHORTEST = 3  # letters of a word that takes endings

Forms = frozenset[str]


@value
class Watched:
    """One cue: `phrases` to find, and an `intent` in a sentence for the model; either may be empty. `who` says it.

    `when_denied`: phrases count though a “not” stands right before them.
    """

    key: str
    name: str
    phrases: tuple[str, ...] = ()
    intent: str = ""
    who: str = EITHER
    alerts: bool = False
    when_denied: bool = True

    def may_be_of(self, who: str) -> bool:
        """Whether this speaker's words count."""
        return self.who in (EITHER, who)


@value
class Phrase:
    """The words of a phrase, each with its endings, and the cue it belongs to."""

    cue: Watched
    said: str
    forms: tuple[Forms, ...] = field(default=())


class Lexicon:
    """All phrases of some cues, found by their first word: an utterance costs a look into a table for each word.
    `language` is that of the call, as “es” or “es-ES”."""

    def __init__(self, cues: Iterable[Watched], language: str = "") -> None:
        self._by_word: dict[str, list[Phrase]] = {}
        self._language = base(language)
        for cue in cues:
            for said in cue.phrases:
                parts = tuple(forms(word) | bent(word, self._language) for word in words(said))
                for first in parts[0] if parts else ():
                    self._by_word.setdefault(first, []).append(Phrase(cue=cue, said=said, forms=parts))

    def found(self, who: str, text: str) -> dict[Watched, str]:
        """The cues in what this speaker said, each with the phrase that was found, in the order of the words."""
        said = words(text[:LONGEST])
        hits: dict[Watched, str] = {}
        denied: dict[int, bool] = {}
        for place, word in enumerate(said):
            for phrase in self._by_word.get(word, ()):
                cue = phrase.cue
                if cue in hits or not cue.may_be_of(who) or not _stands_at(phrase.forms, said, place):
                    continue
                if not cue.when_denied and not denied:
                    denied = dict(enumerate(denials(text[:LONGEST], said, self._language)))
                if cue.when_denied or not denied[place]:
                    hits[cue] = phrase.said
        return hits


def forms(word: str) -> Forms:
    """A word and its common English endings."""
    if len(word) < SHORTEST or not (word.isascii() and word.isalpha()):
        return frozenset({word})
    doubled = word + word[-1]
    found = {word, f"{word}s", f"{word}es", f"{word}ed", f"{word}ing", f"{doubled}ed", f"{doubled}ing"}
    if word.endswith("e"):
        found |= {f"{word}d", f"{word[:-1]}ing"}
    if word.endswith("y"):
        found |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return frozenset(found)


def _stands_at(parts: tuple[Forms, ...], said: tuple[str, ...], place: int) -> bool:
    here = said[place : place + len(parts)]
    return len(here) == len(parts) and all(word in part for word, part in zip(here, parts, strict=True))
