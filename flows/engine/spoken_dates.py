"""Days as callers say or type them, and as they are read back. English, and figures of any language. Pure.

Where the year is not said, it is the nearest in the direction that the question asks for: coming days or past ones.
“Tuesday” and “this Tuesday” are the next one, “next Tuesday” that of the next week (weeks begin on Monday). What
names no single day (“next week”, “at Easter”) is for a model to understand.
"""

# ruff: noqa: SIM905  lists of words read best as sentences

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from flows.engine.spoken_numbers import DIGIT_WORDS, TEEN_VALUES, TENS_VALUES, keys_in
from flows.engine.values import value

MONTHS = (
    "January February March April May June July August September October November December"
).split()  # fmt: skip
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTH_BY_WORD = {
    **{name.casefold(): number for number, name in enumerate(MONTHS, 1)},
    **{name.casefold()[:3]: number for number, name in enumerate(MONTHS, 1)},
    "sept": 9,
}
WEEKDAY_BY_WORD = {name.casefold(): number for number, name in enumerate(WEEKDAYS)}
ORDINALS = dict(
    zip("first second third fourth fifth sixth seventh eighth ninth".split(), range(1, 10), strict=True)
) | {
    **dict(zip("tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth".split(), range(10, 17), strict=True)),
    **{"seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30},
}
SMALL_NUMBERS = {word: number for number, word in enumerate(DIGIT_WORDS)} | TEEN_VALUES | {"a": 1, "an": 1}
NAMED_DAYS = {
    "today": 0,
    "tomorrow": 1,
    "yesterday": -1,
    "day after tomorrow": 2,
    "day before yesterday": -2,
}
IGNORED = frozenset(
    "the of on it its is was be will would i like id at please uh um er well so say think maybe about for day date my "
    "born birthday thats that make lets".split()
)
FIGURES = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2})|\.)?")
WORD = re.compile(r"\d+(?:st|nd|rd|th)?|[a-z]+")
MOST_AHEAD = {"day": 3660, "week": 520, "month": 120, "year": 10}


@value
class Calendar:
    """How to read a day: from which day, in which order figures stand, and whether days to come or past are meant."""

    today: date
    day_first: bool = False
    past: bool = False


def day_first(language: str) -> bool:
    """Whether figures are day before month in this language (en-GB, de, but not en-US)."""
    return language.casefold().replace("_", "-") not in ("", "en", "en-us")


def date_in(text: str, calendar: Calendar) -> date | None:
    """The one day that these words name, or None."""
    plain = text.casefold().replace("’", "'").replace("'", "")
    written = FIGURES.fullmatch(" ".join(_meant(plain.split())).strip(" ,.!?"))
    if written:
        return _written(written, calendar)
    said = _meant(WORD.findall(plain))
    for read in (_named, _counted, _weekday, _day_and_month):
        try:
            found = read(said, calendar)
        except (ValueError, OverflowError):  # 30 February, or a day beyond the calendar
            found = None
        if found:
            return found
    return None


def date_of_keys(keys: str, calendar: Calendar) -> date | None:
    """The day that was typed: 4 figures are day and month, 6 with two of the year, 8 with all four of it."""
    if len(keys) not in (4, 6, 8) or not (keys.isascii() and keys.isdigit()):
        return None
    return _in_order(keys[:2], keys[2:4], keys[4:], calendar, strictly=True)


def in_words(day: date, language: str) -> str:
    """A day as it is read back: in words where English is spoken, in figures elsewhere."""
    if not language.casefold().startswith("en"):
        return f"{day.day}.{day.month}.{day.year}"
    weekday, month, nth = WEEKDAYS[day.weekday()], MONTHS[day.month - 1], f"{day.day}{ending(day.day)}"
    return (
        f"{weekday}, the {nth} of {month} {day.year}"
        if day_first(language)
        else f"{weekday}, {month} {nth}, {day.year}"
    )


def ending(number: int) -> str:
    """What makes a number an ordinal: st, nd, rd or th."""
    return "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _meant(said: Iterable[str]) -> list[str]:
    return [word for word in said if word.strip(",.!?") not in IGNORED]


# --- figures --------------------------------------------------------------------------------------------------------


def _written(found: re.Match[str], calendar: Calendar) -> date | None:
    if found[1]:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    return _in_order(found[4], found[5], found[6] or "", calendar)


def _in_order(first: str, second: str, year: str, calendar: Calendar, *, strictly: bool = False) -> date | None:
    """A day from two figures. Out of order they are taken where that is the only way (24/12); `strictly` never."""
    orders = [(int(first), int(second)), (int(second), int(first))]
    for day, month in orders if calendar.day_first else orders[::-1]:
        if year:
            found = _day(_whole_year(int(year), calendar) if len(year) == 2 else int(year), month, day)
        else:
            found = _nearest(month, day, calendar)
        if found or strictly:
            return found
    return None


def _whole_year(short: int, calendar: Calendar) -> int:
    """27 is 2027, and 84 is 1984: at most ten years ahead, or none where past days are meant."""
    year = calendar.today.year // 100 * 100 + short
    return year - 100 if year > calendar.today.year + (0 if calendar.past else 10) else year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, calendar: Calendar) -> date | None:
    """This day of the year, in the first year in which it is meant and exists (29 February)."""
    step = -1 if calendar.past else 1
    for year in range(calendar.today.year, calendar.today.year + 9 * step, step):
        found = _day(year, month, day)
        if found and (found <= calendar.today if calendar.past else found >= calendar.today):
            return found
    return None


# --- words ----------------------------------------------------------------------------------------------------------


def _named(said: list[str], calendar: Calendar) -> date | None:
    """Today, tomorrow, and their neighbours."""
    days = {" ".join(_meant(name.split())): ahead for name, ahead in NAMED_DAYS.items()}.get(" ".join(said))
    return None if days is None else calendar.today + timedelta(days=days)


def _counted(said: list[str], calendar: Calendar) -> date | None:
    """“In two weeks”, “three days from now”, “a month ago”."""
    match said:
        case ["in", many, unit] | [many, unit, "from", "now" | "today"]:
            sign = 1
        case [many, unit, "ago"]:
            sign = -1
        case _:
            return None
    unit = unit.removesuffix("s")
    times = SMALL_NUMBERS.get(many) or TENS_VALUES.get(many) or (int(many) if _is_figure(many) else 0)
    if unit not in MOST_AHEAD or not 0 < times <= MOST_AHEAD[unit]:
        return None
    return AHEAD[unit](calendar.today, sign * times)


def _months_ahead(today: date, months: int) -> date:
    """The same day of another month, or its last day where it is shorter."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    for day in range(today.day, 27, -1):
        found = _day(year, month + 1, day)
        if found:
            return found
    return date(year, month + 1, today.day)


AHEAD: dict[str, Callable[[date, int], date]] = {
    "day": lambda today, times: today + timedelta(days=times),
    "week": lambda today, times: today + timedelta(weeks=times),
    "month": _months_ahead,
    "year": lambda today, times: _months_ahead(today, 12 * times),
}


def _weekday(said: list[str], calendar: Calendar) -> date | None:
    match said:
        case [name] if name in WEEKDAY_BY_WORD:
            which = "last" if calendar.past else "this"
        case [("this" | "next" | "last" | "coming") as which, name] if name in WEEKDAY_BY_WORD:
            pass
        case _:
            return None
    today, wanted = calendar.today, WEEKDAY_BY_WORD[name]
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + wanted)
    if which == "last":
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _day_and_month(said: list[str], calendar: Calendar) -> date | None:
    """“The third of May”, “May 3rd 2027”, “the third”; a weekday before it must be right."""
    weekday = WEEKDAY_BY_WORD.get(said[0]) if said else None
    rest = said[1:] if weekday is not None else said
    months = [place for place, word in enumerate(rest) if word in MONTH_BY_WORD]
    if len(months) == 1:
        found = _of_month(rest[: months[0]], MONTH_BY_WORD[rest[months[0]]], rest[months[0] + 1 :], calendar)
    else:
        found = None if months else _next_such_day(rest, calendar)
    return found if found and weekday in (None, found.weekday()) else None


def _of_month(before: list[str], month: int, after: list[str], calendar: Calendar) -> date | None:
    if before:
        day, year = _nth(before), after
    else:  # the longest beginning that is a day; what follows is the year
        day, length = next(((_nth(after[:n]), n) for n in (2, 1) if len(after) >= n and _nth(after[:n])), (0, 0))
        year = after[length:]
    if not day:
        return None
    if not year:
        return _nearest(month, day, calendar)
    whole = _year(year)
    return _day(whole, month, day) if whole else None


def _next_such_day(said: list[str], calendar: Calendar) -> date | None:
    """“The third”: of this month or of the nearest that has such a day."""
    day = _nth(said, bare=False)
    if not day:
        return None
    step = -1 if calendar.past else 1
    for months in range(0, 13 * step, step):
        year, month = divmod(calendar.today.year * 12 + calendar.today.month - 1 + months, 12)
        found = _day(year, month + 1, day)
        if found and (found <= calendar.today if calendar.past else found >= calendar.today):
            return found
    return None


def _nth(said: list[str], *, bare: bool = True) -> int:
    """The day of a month: “third”, “twenty first”, “3rd”, and where it may be `bare`, “3” and “twenty one”; else 0."""
    match said:
        case [word] if word in ORDINALS:
            return ORDINALS[word]
        case [("twenty" | "thirty") as tens, word] if ORDINALS.get(word, 99) < 10:
            return TENS_VALUES[tens] + ORDINALS[word]
        case [word] if word[:1].isdigit() and not word.isdigit():
            return int(re.sub(r"\D", "", word)[:3])
    keys = keys_in(said) if bare else ""
    return int(keys) if keys.isdigit() and len(keys) <= 2 else 0


def _year(said: list[str]) -> int:
    """“2027”, “twenty twenty seven”, “two thousand and five”, “nineteen eighty four”; else 0."""
    keys = keys_in(said)
    return int(keys) if keys.isdigit() and len(keys) == 4 else 0


def _is_figure(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 4
