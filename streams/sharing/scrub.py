"""Hides numbers in what was said: figures, and digits as people speak them. Pure.

Whatever could be part of a telephone, card, order or account number goes; a number too many is better than one too few.
So a clock time or a year may go with them, while “two years ago” and “press 1” stay.
"""

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import groupby

from flows.engine.folding import folded
from streams.sharing.number_words import COMPOUND, FILLERS, REPEATS, SCALES, TENS, VALUES

HIDDEN = "•••"
LEAST = 3  # digits in a row that are hidden: fewer tell nobody who somebody is
MOST_BETWEEN = 2  # words such as “dash” or “uh” between two digits of one number
WIDEST_GAP = 5  # signs between two digits of one number

FIGURES = "¹²³⁰⁴-⁹₀-₉①-⑳〇零一二三四五六七八九"
TOKEN = re.compile(rf"(?P<figures>[\d{FIGURES}]+)|(?P<word>(?:(?![\d{FIGURES}_])\w)+)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or figures, with its place in the text. `digits` are those it stands for, "" for a word or a scale."""

    start: int
    end: int
    word: str
    digits: str
    is_number: bool


def scrub(text: str, *, least: int = LEAST, known: Set[str] = frozenset()) -> str:
    """`text` with each number of at least `least` digits hidden, and all of it where it is nothing but a number.

    `known` are numbers (two digits or more) that are hidden however short they are: those that were typed on the call.
    """
    tokens = list(_tokens(text))
    if tokens and any(token.is_number for token in tokens) and all(_belongs(token) for token in tokens):
        return HIDDEN
    parts, last = [], 0
    for run in _runs(text, tokens):
        digits = _digits(run)
        if len(digits) >= least or digits in known:
            parts += [text[last : _first(text, run, last)], HIDDEN]
            last = run[-1].end
    return "".join([*parts, text[last:]])


def _tokens(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        start, end = found.span()
        if found["figures"]:
            yield Token(start, end, "", "".join(_figure(sign) for sign in found[0]), True)
        else:
            word = folded(found[0])
            yield Token(start, end, word, _spoken(word), _is_spoken(word))


def _figure(sign: str) -> str:
    return f"{unicodedata.numeric(sign, 0):.0f}"


def _spoken(word: str) -> str:
    if word in VALUES:
        return str(VALUES[word])
    return "00" if COMPOUND.fullmatch(word) else ""  # some two digits; which ones does not matter


def _is_spoken(word: str) -> bool:
    return word in VALUES or word in SCALES or word in REPEATS or bool(COMPOUND.fullmatch(word))


def _belongs(token: Token) -> bool:
    return token.is_number or token.word in FILLERS or len(token.word) == 1


def _runs(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    """Numbers that belong together: near one another, with nothing but fillers between them."""
    run: list[Token] = []
    between = 0
    for token in tokens:
        near = not run or _is_near(text[run[-1].end : token.start], between)
        if not near or not _belongs(token):
            yield from [run] if run else []
            run, between = [], 0
        if token.is_number:
            run.append(token)
            between = 0
        elif run and _belongs(token):
            between += 1
            if between > MOST_BETWEEN:
                yield run
                run, between = [], 0
    if run:
        yield run


def _is_near(gap: str, between: int) -> bool:
    """Whether what stands between two digits of a run, its fillers left out, is as little as within one number."""
    signs = [sign for sign in gap if not sign.isalnum()]
    return len(signs) <= WIDEST_GAP * (between + 1)


def _first(text: str, run: list[Token], last: int) -> int:
    """Where the number begins, a plus or a bracket before it included."""
    start = run[0].start
    while start > last and text[start - 1] in "+(":
        start -= 1
    return start


def _digits(run: list[Token]) -> str:
    """The digits that a run stands for: “double four” is 44, “forty two” is 42."""
    found: list[str] = []
    times = 1
    for token in run:
        if token.word in REPEATS:
            times = REPEATS[token.word]
            continue
        if token.word in VALUES and VALUES[token.word] < 10 and found and found[-1] in TENS:
            found[-1] = found[-1][0] + token.digits
        else:
            found.append(token.digits * times)
        times = 1
    return "".join(found)


def numbers_in(text: str) -> set[str]:
    """The numbers that a text holds, as digits."""
    return {digits for run in _runs(text, list(_tokens(text))) if (digits := _digits(run))}


def in_a_row(signs: str) -> set[str]:
    """The stretches of digits in a row of keys: “12#345” is 12 and 345."""
    return {"".join(group) for is_digit, group in groupby(signs, str.isdigit) if is_digit}
