"""Comparing an answer with what a builder wrote: by its type, in words that are picked. Pure and total.

What cannot be read as the type that it should have is nothing: only “is not” and “is not filled in” are true of it.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flows.engine.answers import DATE, DIGITS, NUMBER, PHONE, TEXT, TIME, WEEKDAY, YES_NO
from flows.engine.folding import folded

COMPARISONS = (
    ("is", "is"),
    ("is-not", "is not"),
    ("one-of", "is one of"),
    ("begins", "begins with"),
    ("more", "is more than"),
    ("less", "is less than"),
    ("after", "is after"),
    ("before", "is before"),
    ("between", "is between"),
    ("filled", "is filled in"),
    ("empty", "is not filled in"),
)
ALONE = ("filled", "empty")  # these compare with nothing
_LIKE_TEXT = ("is", "is-not", "one-of", "begins", *ALONE)
FITTING = {
    TEXT: _LIKE_TEXT,
    DIGITS: _LIKE_TEXT,
    PHONE: _LIKE_TEXT,
    NUMBER: ("is", "is-not", "one-of", "more", "less", "between", *ALONE),
    DATE: ("is", "is-not", "one-of", "after", "before", "between", *ALONE),
    YES_NO: ("is", "is-not", *ALONE),
    TIME: ("after", "before", "between"),
    WEEKDAY: ("is", "is-not", "one-of", "between"),
}
CALLED = {
    TEXT: "words",
    DIGITS: "digits",
    PHONE: "a telephone number",
    NUMBER: "a number",
    DATE: "a date",
    YES_NO: "yes or no",
    TIME: "a time of day",
    WEEKDAY: "a day of the week",
}
HOW_TO_WRITE = {
    TEXT: "Write the words to compare with.",
    DIGITS: "Write digits only, such as 4711.",
    PHONE: "Write a telephone number or its beginning, with the country, such as +1 415.",
    NUMBER: "Write a number in figures, such as 12 or 3.5.",
    DATE: "Write a day as year, month and day, such as 2027-05-03, or today, tomorrow or yesterday.",
    YES_NO: "Write yes or no.",
    TIME: "Write a time such as 9:30 or 17:00.",
    WEEKDAY: "Write a day of the week, such as Monday, or weekdays or weekend.",
}
TWO = "Write two of them with “to” between them, such as {}."
EXAMPLES = {NUMBER: "5 to 9", DATE: "2027-05-03 to 2027-05-10", TIME: "9:00 to 17:00", WEEKDAY: "Monday to Friday"}

AMOUNT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*([ap]m)?")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEVERAL_DAYS = {"weekdays": DAYS[:5], "weekday": DAYS[:5], "weekend": DAYS[5:], "weekends": DAYS[5:]}
AWAY = {"yesterday": -1, "today": 0, "tomorrow": 1}


def amount(text: str) -> Decimal | None:
    """A number in figures, or None."""
    return Decimal(text.strip()) if AMOUNT.fullmatch(text.strip()) else None


def holds(comparison: str, of_type: str, here: str, wanted: str, today: str = "") -> bool:
    """Whether `here` compares in this way with what is `wanted`. `today` is the day (ISO 8601) on which it is asked."""
    if comparison not in FITTING.get(of_type, ()):
        return False
    if comparison in ALONE:
        return bool(here.strip()) == (comparison == "filled")
    there = wanted_values(comparison, of_type, wanted, today)
    if not there:
        return False
    found = READ[of_type](here, today)
    if found is None:
        return comparison == "is-not"
    if comparison == "between" and of_type in (TIME, WEEKDAY):
        return _round_the_clock(found, there[0], there[1], whole=of_type == WEEKDAY)
    return TESTS[comparison](found, there)


def what_is_wrong(comparison: str, of_type: str, wanted: str) -> str:
    """Why an answer of this type cannot be compared like this, as a sentence that says what to do; or ""."""
    if comparison not in FITTING.get(of_type, ()):
        said = ", ".join(f"“{words}”" for name, words in COMPARISONS if name in FITTING.get(of_type, ()))
        return f"This is {CALLED.get(of_type, 'words')}: choose {said}."
    if comparison in ALONE or wanted_values(comparison, of_type, wanted, "2027-01-01"):
        return ""
    return TWO.format(EXAMPLES[of_type]) if comparison == "between" else HOW_TO_WRITE[of_type]


def wanted_values(comparison: str, of_type: str, wanted: str, today: str = "") -> list[Any]:
    """What a builder wrote, read as this type: one value, several for “is one of”, two for “is between”; or none."""
    texts = [part.strip() for part in _parts(comparison, wanted) if part.strip()]
    if of_type == WEEKDAY and comparison != "between":
        texts = [day for text in texts for day in SEVERAL_DAYS.get(text.casefold(), (text,))]
    found = [READ[of_type](text, today) for text in texts]
    right = {"between": len(found) == 2}.get(comparison, bool(found))
    return found if right and None not in found else []


def _parts(comparison: str, wanted: str) -> list[str]:
    if comparison == "one-of":
        return re.split(r"[,;\n]", wanted)
    return re.split(r"\s+(?:to|and|-)\s+|\s*–\s*", wanted.strip()) if comparison == "between" else [wanted]


def _text(text: str, today: str) -> str | None:
    return " ".join(folded(text).split()) or None


def _digits(text: str, today: str) -> str | None:
    plain = re.sub(r"[\s\-./()+]", "", text)
    return plain if plain.isascii() and plain.isdigit() else None


def _yes_or_no(text: str, today: str) -> str | None:
    return folded(text).strip() if folded(text).strip() in ("yes", "no") else None


def _day(text: str, today: str) -> date | None:
    plain = text.strip().casefold()
    try:
        if plain in AWAY:
            return date.fromisoformat(today) + timedelta(days=AWAY[plain])
        return date.fromisoformat(plain) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain, re.ASCII) else None
    except (ValueError, OverflowError):
        return None


def _time(text: str, today: str) -> int | None:
    """Minutes since midnight."""
    found = CLOCK.fullmatch(text.strip().casefold())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "pm" else 0) if 1 <= hour <= 12 else 99
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes <= 24 * 60 else None


def _weekday(text: str, today: str) -> int | None:
    plain = folded(text).strip().removesuffix("s")
    return next((n for n, day in enumerate(DAYS) if plain in (day, day[:3])), None)


def _round_the_clock(here: int, begin: int, end: int, *, whole: bool) -> bool:
    """Between two moments that may lie on both sides of midnight. `whole`: the last one belongs to it."""
    if begin <= end:
        return begin <= here <= end if whole else begin <= here < end
    return here >= begin or (here <= end if whole else here < end)


READ: dict[str, Callable[[str, str], Any]] = {
    TEXT: _text,
    DIGITS: _digits,
    PHONE: _digits,
    NUMBER: lambda text, _: amount(text),
    DATE: _day,
    YES_NO: _yes_or_no,
    TIME: _time,
    WEEKDAY: _weekday,
}
TESTS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "is": lambda here, there: here in there,  # “is weekend” means one of two days
    "is-not": lambda here, there: here not in there,
    "one-of": lambda here, there: here in there,
    "begins": lambda here, there: str(here).startswith(str(there[0])),
    "more": lambda here, there: bool(here > there[0]),
    "less": lambda here, there: bool(here < there[0]),
    "after": lambda here, there: bool(here > there[0]),
    "before": lambda here, there: bool(here < there[0]),
    "between": lambda here, there: bool(there[0] <= here <= there[1]),
}
