"""Numbers as callers say them: digits one by one or in pairs, and amounts. English. Pure.

Callers of other languages say digits that a recogniser writes as figures, which are read too; the rest of what they
say is for a model to understand. What could be read in two ways is read in none.
"""

# ruff: noqa: SIM905  lists of words read best as sentences

import re
from collections.abc import Sequence

from flows.engine.folding import folded

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
KEYS_BY_WORD = {
    **{word: str(digit) for digit, word in enumerate(DIGIT_WORDS)},
    **{"oh": "0", "o": "0", "nought": "0", "star": "*", "asterisk": "*", "pound": "#", "hash": "#"},
}
WORDS_BY_KEY = {**{str(digit): word for digit, word in enumerate(DIGIT_WORDS)}, "*": "star", "#": "pound"}
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
TEEN_VALUES = {word: 10 + place for place, word in enumerate(TEENS)}
TENS_VALUES = {word: 20 + 10 * place for place, word in enumerate(TENS)} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
REPEATS = {"double": 2, "triple": 3, "treble": 3}
NUMBER_WORDS = frozenset({*KEYS_BY_WORD, *TEEN_VALUES, *TENS_VALUES, *SCALES, *REPEATS, "dozen"})

LEAD_INS = frozenset("press push dial enter option number choice key its it is my the thats".split())
HEDGES = frozenset("about around roughly approximately maybe probably exactly just only i think say would like".split())
OF_WHAT = frozenset(
    "there are we were will be have for of us them all in total dollars dollar bucks euros euro pounds cents people "
    "persons guests adults years year old times days day weeks week months month hours hour minutes minute items "
    "pieces units percent miles kilometers kilometres".split()
)
BESIDE_A_NUMBER = LEAD_INS | HEDGES | OF_WHAT
FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[a-z]+", re.ASCII)
LONGEST_FIGURE = 15  # digits of an amount; what is longer is a number of an account, not of things


def is_number_word(word: str) -> bool:
    """True for words that are part of a number: one of them misheard is another number."""
    return word in NUMBER_WORDS or any(mark.isdigit() for mark in word)


def keys_in(said: Sequence[str]) -> str:
    """The keys that these words name, such as “press one”, “four double two” or “twenty three forty five” (2345).

    What is said in pairs is written in pairs; “one hundred and five” is 105. "" when anything else is said, and for
    “one eight hundred five five”, which may be 180055 or 18055.
    """
    keys, rest = "", list(said)
    while rest:
        found, taken = _one_by_one(rest) or _repeated(rest) or _written(rest) or _group(rest, keys) or ("", 0)
        if taken:
            keys, rest = keys + found, rest[taken:]
        elif rest[0] in LEAD_INS and not keys:
            rest = rest[1:]
        else:
            return ""
    return keys


def amount_in(text: str) -> str:
    """The one number that a text gives, in figures (“about twelve hundred” is 1200, “minus 3.5” is -3.5); or "".

    Digits one after the other are read as one number. Words that would change it (“more than”, “or”) make it none.
    """
    said = FIGURES.findall(re.sub(r"['’-](?=[a-z])", "", _plain(text)))
    while said and said[0] in BESIDE_A_NUMBER:
        said = said[1:]
    while said and said[-1] in BESIDE_A_NUMBER:
        said = said[:-1]
    sign = "-" if said[:1] and said[0] in ("minus", "negative") or re.match(r"\s*[-−]\d", text) else ""
    said = said[1:] if said and said[0] in ("minus", "negative") else said
    found = _written_amount(said) or _spoken_amount(said)
    return "" if len(found) > LONGEST_FIGURE else sign * (found != "0") + found if found else ""


def _plain(text: str) -> str:
    """Lower case, with “twenty-five” as two words and without the signs of money."""
    return re.sub(r"(?<=[a-z])-(?=[a-z])", " ", folded(text))


def _one_by_one(said: list[str]) -> tuple[str, int] | None:
    """One digit that does not begin an amount: not the “one” of “one hundred”."""
    key = KEYS_BY_WORD.get(said[0])
    return (key, 1) if key and said[1:2] not in (["hundred"], ["thousand"], ["million"]) else None


def _repeated(said: list[str]) -> tuple[str, int] | None:
    times = REPEATS.get(said[0])
    if not times or len(said) < 2:
        return None
    key = KEYS_BY_WORD.get(said[1]) or (said[1][0] if said[1].isascii() and said[1].isdigit() else "")
    rest = said[1][1:] if said[1].isdigit() else ""
    return (key * times + rest, 2) if key else None


def _written(said: list[str]) -> tuple[str, int] | None:
    is_figure = said[0].isascii() and said[0].isdigit() and said[1:2] != ["hundred"]
    return (said[0], 1) if is_figure else None


def _group(said: list[str], before: str) -> tuple[str, int] | None:
    """The longest amount at the beginning: “twenty three”, “one hundred and five”.

    Hundreds that go on stand alone: among other digits nobody knows where they end.
    """
    for length in range(len(said), 0, -1):
        found = _cardinal(said[:length])
        if found is not None:
            is_round = not SCALES.keys() & set(said[:length]) or said[length - 1] in SCALES
            return (str(found), length) if is_round or (not before and length == len(said)) else None
    return None


def _written_amount(said: list[str]) -> str:
    if len(said) != 1 or not said[0][0].isdigit():
        return ""
    whole, _, part = said[0].replace(",", "").partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{part}" if part else whole


def _spoken_amount(said: list[str]) -> str:
    if "point" in said:
        at = said.index("point")
        whole, part = _spoken_amount(said[:at]), keys_in(said[at + 1 :])
        return f"{whole}.{part}" if whole.isdigit() and part.isdigit() else ""
    found = _cardinal(said)
    if found is not None:
        return str(found)
    if len(said) > 1 and all(word in KEYS_BY_WORD and KEYS_BY_WORD[word].isdigit() for word in said):
        return "".join(KEYS_BY_WORD[word] for word in said).lstrip("0") or "0"
    return ""


def _cardinal(said: Sequence[str]) -> int | None:
    """The value of one whole number in words; None when they are not one."""
    if not said or said[0] == "and" or said[-1] == "and":
        return None
    said = ["one", *said[1:]] if said[0] == "a" and said[1:2] and said[1] in (*SCALES, "dozen") else said
    for scale in ("million", "thousand", "hundred"):
        if scale in said:
            return _scaled(said, scale)
    if said[-1] == "dozen":
        times = 1 if len(said) == 1 else _below_hundred(said[:-1])
        return None if times is None else 12 * times
    return _below_hundred(said)


def _scaled(said: Sequence[str], scale: str) -> int | None:
    """So many times a scale, and what follows it: “two thousand | five hundred and one”."""
    at, worth = said.index(scale), SCALES[scale]
    times = _cardinal(said[:at])
    rest = said[at + 1 :]
    rest = rest[1:] if rest[:1] == ["and"] and len(rest) > 1 else rest
    more = 0 if not rest else _cardinal(rest)
    if times is None or more is None or more >= worth or not times or "dozen" in said:
        return None
    return times * worth + more if times < (100 if scale == "hundred" else 1000) else None


def _below_hundred(said: Sequence[str]) -> int | None:
    match list(said):
        case [word] if word.isascii() and word.isdigit() and len(word) <= 3:
            return int(word)
        case [word] if word in DIGIT_WORDS:
            return DIGIT_WORDS.index(word)
        case [word] if word in TEEN_VALUES or word in TENS_VALUES:
            return TEEN_VALUES.get(word) or TENS_VALUES[word]
        case [tens, word] if tens in TENS_VALUES and word in DIGIT_WORDS[1:]:
            return TENS_VALUES[tens] + DIGIT_WORDS.index(word)
    return None
