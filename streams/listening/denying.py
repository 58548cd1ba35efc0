"""Whether a phrase is denied right before it is said: “I do not want to cancel”. Pure.

Only a “not” that can be about nothing else counts: it stands in the same part of the sentence, with nothing between it
and the phrase but words of wanting, having to and their like. So “I am not happy cancel it” denies nothing, though a
recogniser left the comma out. In doubt nothing is denied: a mark too many is seen by a person, one too few by nobody.
"""

from bisect import bisect
from collections.abc import Sequence

from flows.engine.matching import words
from streams.ai.local.lexicon import BREAKS, NEGATIONS

DENIES = NEGATIONS | frozenset(words("havent hasnt hadnt wouldnt shouldnt aint neednt neither nor ne ningún ninguna"))
MOST_BETWEEN = 6  # words
BETWEEN = frozenset(
    word
    for each in (
        "want wants wanted wanting wish wishing need needing plan planning intend intending going gonna trying try "
        "calling asking ask asked thinking think of about looking like would have having had been be to the a an any "
        "my your our this that it you them him her at all really actually yet even ever here",
        "quiero queremos quiere quise quería quisiera deseo pienso vamos voy necesito intento trato tengo tener que a "
        "de el la los las un una mi su lo le les te poner hacer presentar todavía",
        "veux voulons voulais voudrais souhaite souhaitons vais allons pense compte désire dois pas plus du tout de "
        "le la les un une mon ma mes votre vous vraiment encore",
        "will wollen wollte möchte möchten den die das der dem einen eine ein meinen meine mein ihren ihre zu gleich "
        "mehr unbedingt sofort jetzt",
    )
    for word in words(each)
)
WHY = frozenset(words("why warum wieso pourquoi"))  # “why don’t you cancel it”
ANSWER = "no"  # in English also an answer, and its comma is often lost: “no cancel it”


def denials(text: str, said: Sequence[str], language: str) -> list[bool]:
    """For each word of `said`, the words of `text`: whether what begins with it is denied. `language`: as “es”."""
    begins = [0]  # the place of the word with which each part of the sentence begins
    for part in BREAKS.split(text):
        begins.append(begins[-1] + len(words(part)))
    return [_is_denied(said, place, begins[bisect(begins, place) - 1], language) for place in range(len(said))]


def _is_denied(said: Sequence[str], place: int, begins: int, language: str) -> bool:
    for at in range(place - 1, max(begins, place - 1 - MOST_BETWEEN) - 1, -1):
        word = said[at]
        if word in DENIES:
            return not _is_no_denial(said, at, place, begins, language)
        if word not in BETWEEN:
            return False
    return False


def _is_no_denial(said: Sequence[str], at: int, place: int, begins: int, language: str) -> bool:
    first = at
    while first > begins and said[first - 1] in DENIES:  # “ne pas”
        first -= 1
    is_why = first > begins and said[first - 1] in WHY
    is_answer = said[at] == ANSWER and at == begins and at + 1 == place and language in ("", "en")
    return is_why or is_answer
