"""Words that are nearly the same: misspelt by a recogniser, in the plural, in another order, with small words around.

Two sayings are near when the same words that carry meaning are in both, each nearly, and no others. So a negation, a
second choice or a word too many is never near: a wrong step costs a caller more than being asked again. Pure.
"""

# ruff: noqa: SIM905  lists of words read best as sentences

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from flows.engine.spoken_numbers import is_number_word

SHORTEST = 5  # letters; shorter words that differ in one are other words
SHORTEST_FOR_A_VOWEL = 7  # where one vowel may be another: “delivary”
SHORTEST_FOR_A_CONSONANT = 8  # where one letter may be missing, added or changed places with the next: “tecnical”
SHORTEST_STEM = 4  # of a plural: “bills”, but not “news”

# Words that a phrase may lack, and those that may stand around it besides. “Or”, “and” and “not” are in neither: they
# change the meaning.
EMPTY = frozenset("a an the my our your some this that of for to with about i me we us you".split())
AROUND = EMPTY | frozenset(
    "id im ive it its is be am are do can could may would will like want wanted need needed wish get got have has had "
    "let lets please hi hello hey yes yeah ok okay well so just then now there thanks thank talk speak talking "
    "speaking ask call calling put through connect transfer someone somebody question questions inquiry enquiry help "
    "department section desk team regarding concerning looking trying go going gonna wanna hmm in on at from".split()
)

VOWELS = "aeiouy"
# Spellings of one sound; a vowel before a consonant and a last e sounds as its name (sale, sail).
SOUNDS = (
    (r"(?:ai|ay|ei|ey)([^aeiouy])$", r"a:\1"),
    (r"(?:oa|ow)([^aeiouy])$", r"o:\1"),
    (r"ph", "f"),
    (r"ck|c(?![eiyh])|q", "k"),
    (r"c(?=[eiy])", "s"),
    (r"([aeiou])([^aeiouywx])e$", r"\1:\2"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"(.)\1+", r"\1"),
)


def same_words(said: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether what was said has the words of this phrase, nearly, and no others that carry meaning."""
    wanted = _without(EMPTY, phrase)
    left = _without(AROUND - set(wanted), said)
    if "".join(left) == "".join(wanted):
        return True
    if len(left) != len(wanted):
        return False
    for word in wanted:
        near = next((other for other in left if other == word), None) or next(
            (other for other in left if nearly(other, word)), None
        )
        if near is None:
            return False
        left.remove(near)
    return True


def nearly(one: str, other: str) -> bool:
    """Whether two words are one word, heard or written a little differently. Numbers never are."""
    if one == other:
        return True
    if is_number_word(one) or is_number_word(other):
        return False
    if _singular(one) == _singular(other):
        return True
    shorter = min(len(one), len(other))
    one, other = _singular(one), _singular(other)
    if shorter < SHORTEST or one[0] != other[0]:
        return False
    if _sound(one) == _sound(other):
        return True
    if _is_one_vowel_apart(one, other):
        return shorter >= SHORTEST_FOR_A_VOWEL
    return shorter >= SHORTEST_FOR_A_CONSONANT and _is_one_slip_apart(one, other)


def _without(small: AbstractSet[str], words: Iterable[str]) -> list[str]:
    """The words without the small ones, each once; all of them where nothing else is said."""
    every = list(dict.fromkeys(words))
    return [word for word in every if word not in small] or every


def _singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", "")):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) + len(instead) >= SHORTEST_STEM and not word.endswith("ss"):
            return stem + instead
    return word


@lru_cache(maxsize=4096)
def _sound(word: str) -> str:
    for spelling, sound in SOUNDS:
        word = re.sub(spelling, sound, word)
    return word


def _is_one_vowel_apart(one: str, other: str) -> bool:
    apart = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(apart) == 1 and all(letter in VOWELS for letter in apart[0])


def _is_one_slip_apart(one: str, other: str) -> bool:
    """One letter more, or two neighbours that changed places; another letter in its place is another word."""
    if len(one) == len(other):
        at = next(place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)
        return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    shorter, longer = sorted((one, other), key=len)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
