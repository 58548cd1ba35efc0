"""Which numbers in a text tell when, how many or how much, and not who somebody is. Pure.

A number is harmless by its whole form: a clock time with a colon (in French with an h, in German with a point before
“Uhr”), an hour with its am or pm, a day beside its month, a count of at most two digits before its unit, an amount of
at most three digits beside its currency. Two of a sort may stand together as a range. Whatever else stands in the same
row of digits makes all of it one secret, and so do words such as “PIN” or “code” near it.
"""

import re
from enum import StrEnum

from streams.sharing.harmless_words import (
    AT,
    BIRTH,
    CURRENCIES,
    MONTHS,
    NUMBERED,
    OF_THE_DAY,
    RANGES,
    SECRETS,
    UNITS,
)

BEFORE, AFTER = 160, 60  # signs in which a word counts: what a number is, is said before it, seldom after
BIRTH_BEFORE = 60
MOST_BARE = 2  # clock times of a text without any word that says so: more of them are a number in pieces

HOUR, MINUTE, DAY = r"(?:[01]?[0-9]|2[0-3])", r"[0-5][0-9]", r"(?:0?[1-9]|[12][0-9]|3[01])"
CLOCK = rf"{HOUR}(?::{MINUTE}|\s?h\s?{MINUTE})"
AND = r"\s+(?:to|and|or|a|y|et|und|o)\s+"
OR_DASH = rf"(?:{AND}|\s?[-–]\s?)"
HALF_DAY = r"(?:\s?[ap]\.?\s?m\.?)?"

ONE_CLOCK = re.compile(CLOCK)
GERMAN_CLOCK = re.compile(rf"{HOUR}\.{MINUTE}")
ONE_HOUR = re.compile(HOUR)
CLOCKS = re.compile(rf"(?:{CLOCK}{HALF_DAY}|{HOUR}){OR_DASH}{CLOCK}")
HOURS = re.compile(rf"{HOUR}{AND}{HOUR}")
DAYS = re.compile(rf"{DAY}(?:{AND}{DAY})?")
DAY_AND_CLOCK = re.compile(rf"{DAY},?\s+(?:{CLOCK}|{HOUR})")
COUNTS = re.compile(rf"[0-9]{{1,2}}(?:{AND}[0-9]{{1,2}})?")
AMOUNT = r"(?:[0-9]{1,3}|[0-9][.,][0-9]{2})"
ONE_AMOUNT = re.compile(AMOUNT)
AMOUNTS = re.compile(rf"{AMOUNT}\s?([$€£])?{AND}([$€£])?\s?{AMOUNT}")

IS_OF_THE_DAY = re.compile(rf"\s*{OF_THE_DAY}")
IS_UHR = re.compile(r"\s*uhr\b")
IS_UNIT = re.compile(rf"\s*{UNITS}")
IS_CURRENCY = re.compile(rf"\s?{CURRENCIES}")
SIGN = re.compile(r"[$€£]\s?\Z")
IS_AT = re.compile(rf"(?:\b{AT},?|\bjusqu['’]a)\s+\Z")
IS_RANGE = re.compile(rf"\b{RANGES}\s+\Z")
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
MONTH_BEFORE = re.compile(rf"\b(?:{MONTH})\.?\s+(?:the\s+)?\Z")
MONTH_BEHIND = re.compile(rf"(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?(?:{MONTH})\b")
GLUED_BEFORE = re.compile(r"[\w#*/:.'’+-]\Z")
GLUED_BEHIND = re.compile(r"\w|[-_/#*:]\w")

SECRET, BORN, NUMBER = re.compile(SECRETS), re.compile(BIRTH), re.compile(NUMBERED)
# two figures for a year, where nothing follows that they could belong to
YEAR = r"(?:[0-9]{4}(?!\w)|['’][0-9]{2}(?!\w)|[0-9]{2}(?=\s*(?:[.,;!?](?!\d)|\Z)))"
DATED = (
    re.compile(
        rf"(?<![\w.:/-])(?P<date>{DAY}(?:st|nd|rd|th|er|\.)?,?\s+(?:of\s+|de\s+)?(?:{MONTH})\.?,?\s+"
        rf"(?:of\s+|del?\s+|in\s+)?{YEAR})"
    ),
    re.compile(rf"\b(?:{MONTH})\.?\s+(?:the\s+)?(?P<date>{DAY}(?:st|nd|rd|th)?,?\s+(?:of\s+|in\s+)?{YEAR})"),
)


# A moment as programs name it to one another.
MOMENT = re.compile(
    rf"[0-9]{{4}}-(?:0[1-9]|1[0-2])-{DAY}[Tt ]{HOUR}:{MINUTE}(?::{MINUTE}(?:\.0+)?)?(?:[Zz]|[+-]{HOUR}:{MINUTE})?"
)
OF_A_TIME = re.compile(
    r"(?:^|_)(?:at|when|time|hour|slot|start|appointment|hora|cuando|heure|quand|uhrzeit|zeit|wann)(?:$|_)"
)


class Form(StrEnum):
    """How sure it is that a number is harmless."""

    NONE = "none"  # it may be anything
    BARE = "bare"  # a clock time, and nothing beside it says so
    MARKED = "marked"  # what stands beside it says what it is


def form_of(plain: str, start: int, end: int) -> Form:
    """What the row of digits from `start` to `end` is. `plain` is the text in small letters and without accents."""
    before, row, behind = plain[max(0, start - BEFORE) : start], plain[start:end], plain[end : end + AFTER]
    form = _shape(before, row, behind)
    if form is Form.NONE or SECRET.search(before) or SECRET.search(behind) or BORN.search(before):
        return Form.NONE
    is_numbered = form is Form.BARE and bool(NUMBER.search(before) or NUMBER.search(behind))
    return Form.NONE if is_numbered else form


def _shape(before: str, row: str, behind: str) -> Form:
    """What it is by its own form and by what touches it."""
    if SIGN.search(before):
        both = AMOUNTS.fullmatch(row)
        is_money = ONE_AMOUNT.fullmatch(row) or (both and both[2])
        return Form.MARKED if is_money and not GLUED_BEHIND.match(behind) else Form.NONE
    if GLUED_BEFORE.search(before):
        return Form.NONE
    if IS_OF_THE_DAY.match(behind):
        is_time = any(shape.fullmatch(row) for shape in (ONE_CLOCK, ONE_HOUR, CLOCKS, HOURS))
        is_german = GERMAN_CLOCK.fullmatch(row) and IS_UHR.match(behind)
        with_day = DAY_AND_CLOCK.fullmatch(row) and MONTH_BEFORE.search(before)
        if is_time or is_german or with_day:
            return Form.MARKED
    if IS_CURRENCY.match(behind):
        return Form.MARKED if ONE_AMOUNT.fullmatch(row) or AMOUNTS.fullmatch(row) else Form.NONE
    if IS_UNIT.match(behind):
        return Form.MARKED if COUNTS.fullmatch(row) else Form.NONE
    if DAYS.fullmatch(row) and (MONTH_BEFORE.search(before) or MONTH_BEHIND.match(behind)):
        return Form.MARKED
    if GLUED_BEHIND.match(behind):
        return Form.NONE
    if ONE_CLOCK.fullmatch(row):
        return Form.MARKED if IS_AT.search(before) else Form.BARE
    return Form.MARKED if CLOCKS.fullmatch(row) and IS_RANGE.search(before) else Form.NONE


def asks_for_a_secret(plain: str) -> bool:
    """Whether a text speaks of what people should tell nobody, or of the numbers that say who they are."""
    return bool(SECRET.search(plain) or BORN.search(plain) or NUMBER.search(plain))


def names_a_time(name: str, said: str) -> bool:
    """Whether a value that has this name, as “appointment_time”, is a moment and nothing else."""
    is_time = ONE_CLOCK.fullmatch(said) and OF_A_TIME.search(name.lower().replace("-", "_"))
    return bool(is_time or MOMENT.fullmatch(said))


def of_birth(plain: str, start: int) -> bool:
    """Whether a birth is spoken of right before this place."""
    return bool(BORN.search(plain[max(0, start - BIRTH_BEFORE) : start]))


def dates_with_years(plain: str) -> list[tuple[int, int]]:
    """Where days stand with month and year: any of them may be when somebody was born."""
    return [found.span("date") for dated in DATED for found in dated.finditer(plain)]
