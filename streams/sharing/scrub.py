"""Hides numbers in what was said: figures, and digits as people speak them. Pure.

Whatever could be part of a telephone, card, order or account number goes; a number too many is better than one too few.
So a year goes with them, while “two years ago” and “press 1” stay, and what is plainly a time, a day, a count or an
amount of money (`harmless`).
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import groupby, pairwise

from flows.engine.folding import folded
from streams.sharing.harmless import MOST_BARE, Form, dates_with_years, form_of, of_birth
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


def scrub(text: str, *, least: int = LEAST, known: Set[str] = frozenset(), keeps: bool = True) -> str:
    """`text` with each number of at least `least` digits hidden, and all of it where it is nothing but a number.

    `known` are numbers (two digits or more) that are hidden however short they are: those that were typed on the call.
    `keeps`: clock times, counts, days and amounts stay; a date with its year, and figures of a birth, go as one.
    """
    tokens = list(_tokens(text))
    runs = list(_runs(text, tokens))
    small = plain(text) if keeps and runs else ""
    kept = _harmless(small, tokens, runs, least, known) if small else set()
    if len(kept) < max(len(runs), 1) and _only_numbers(tokens):
        return HIDDEN
    spans = [
        (run[0].start, run[-1].end) for run in runs if run[0].start not in kept and _is_secret(run, least, known, small)
    ]
    return _without(text, [*spans, *(dates_with_years(small) if small else ())])


def _is_secret(run: list[Token], least: int, known: Set[str], small: str) -> bool:
    digits = _digits(run)
    is_figures = any(not token.word for token in run)
    return len(digits) >= least or digits in known or (bool(small) and is_figures and of_birth(small, run[0].start))


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts, last = [], 0
    for start, end in sorted(spans):
        if start >= last:
            parts += [text[last : _first(text, start, last)], HIDDEN]
        last = max(last, end)
    return "".join([*parts, text[last:]])


def bare_times(text: str) -> set[str]:
    """The digits of the clock times in a text that nothing beside them says to be times."""
    return {digits for digits, form in _with_form(text) if form is Form.BARE}


def secrets_in(text: str) -> set[str]:
    """The numbers in a text, as digits, without those that are marked as harmless."""
    return {digits for digits, form in _with_form(text) if form is not Form.MARKED}


def _with_form(text: str) -> Iterator[tuple[str, Form]]:
    small = plain(text)
    for run in _runs(text, list(_tokens(text))):
        if digits := _digits(run):
            yield digits, form_of(small, run[0].start, run[-1].end)


def _harmless(small: str, tokens: list[Token], runs: list[list[Token]], least: int, known: Set[str]) -> set[int]:
    """Where the runs begin that may stay.

    A clock time that nothing marks as one goes with any number that is hidden, for it may be a piece of that, and so
    does each that only fillers part from another number.
    """
    forms = [Form.NONE if _is_of(known, _digits(run)) else form_of(small, run[0].start, run[-1].end) for run in runs]
    hides = any(form is Form.NONE and len(_digits(run)) >= least for run, form in zip(runs, forms, strict=True))
    if hides or forms.count(Form.BARE) > MOST_BARE:
        forms = [Form.NONE if form is Form.BARE else form for form in forms]
    words = [token.start for token in tokens if not _belongs(token)]
    for place, (run, after) in enumerate(pairwise(runs)):
        is_next = bisect(words, run[-1].start) == bisect(words, after[0].start)
        if is_next and forms[place : place + 2] != [Form.MARKED, Form.MARKED]:
            forms[place : place + 2] = [Form.NONE, Form.NONE]
    return {run[0].start for run, form in zip(runs, forms, strict=True) if form is not Form.NONE}


def _is_of(known: Set[str], digits: str) -> bool:
    """Whether these digits are a known number, a piece of one, or hold one."""
    return digits in known or any(
        (len(digits) >= LEAST and digits in one) or (len(one) >= LEAST and one in digits) for one in known
    )


def plain(text: str) -> str:
    """In small letters and without accents, each sign in its place. Figures that are none of ours stay as they are."""
    return text.lower() if text.isascii() else "".join(map(_plain_sign, text))


def _plain_sign(sign: str) -> str:
    bare = folded(sign)
    return bare if len(bare) == 1 and (sign.isascii() or not bare.isdigit()) else sign


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


def _only_numbers(tokens: list[Token]) -> bool:
    return any(token.is_number for token in tokens) and all(_belongs(token) for token in tokens)


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


def _first(text: str, start: int, last: int) -> int:
    """Where the number begins, a plus or a bracket before it included."""
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
