"""The words of a file for kinds of steps, their settings and ways to end: those that stand on the pages of builders.

Where a page's word is not enough to tell two things apart, the name that the program uses takes its place; it is also
understood everywhere else, so that a file outlives a better label.
"""

import dataclasses
import re
import typing
from collections import Counter
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any

from flows.engine.step import REGISTRY, Outcome, Param, Step, params
from flows.engine.stored_settings import build, settings_of, types_of
from flows.portable.outline import Complaint, Part, Rows, Text, Unreadable, Written
from flows.portable.taking import UNSAYABLE, Taking, folded
from flows.rows import columns_of
from flows.stepsections import HEADINGS

RESERVED = ("step", "what happens", "choices", "ends", "when", "then")
YES, NO = ("yes", "true", "on"), ("no", "false", "off")
NOTHING = "none"
GROUPS = ["", *HEADINGS]
NUMBER = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,20})?(?:e-?[0-9]{1,3})?)(?: [a-z]+)?", re.IGNORECASE)
MOST_CHARACTERS = 20_000  # of a setting; the kind itself has narrower limits, which are shown as problems


def small(label: str) -> str:
    """A label within a line; an abbreviation stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


# --- Kinds, settings, ways to end -------------------------------------------------------------------------------------


def kind_in_words(kind: str) -> str:
    """What happens in a step of this kind."""
    return small(REGISTRY[kind].question)


def kind_named(words: str) -> str:
    """The kind that is meant; "" when there is none."""
    wanted = folded(words)
    known = {folded(name): kind for kind, cls in REGISTRY.items() for name in (cls.title, kind, cls.question)}
    return known.get(wanted, "")


def settings_in_words(kind: str) -> dict[str, str]:
    """The words for each setting of a kind, by its name."""
    about = params(REGISTRY[kind])
    labels = {name: small(each.label) or name.replace("_", " ") for name, each in about.items()}
    return _told_apart(labels, RESERVED)


def outcomes_in_words(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """The words for each way to end, by its name."""
    return _told_apart({outcome.name: small(outcome.label) or outcome.name for outcome in outcomes})


def _told_apart(words: Mapping[str, str], taken: Iterable[str] = ()) -> dict[str, str]:
    times = Counter([*map(folded, words.values()), *taken])
    return {name: said if times[folded(said)] == 1 else name.replace("_", " ") for name, said in words.items()}


def own_settings(step: Step) -> dict[str, Any]:
    """The stored settings of a step that are not as usual."""
    usual, about = settings_of(build(step.kind, {})), params(type(step))
    own = {name: stored for name, stored in settings_of(step).items() if name in about and stored != usual.get(name)}
    return dict(sorted(own.items(), key=lambda each: _reading_order(about[each[0]])))


def _reading_order(about: Param) -> tuple[bool, int]:
    """As on the page of a step: what happens, then each heading, then what is folded."""
    return about.fold, GROUPS.index(about.group) if about.group in GROUPS else len(GROUPS)


# --- Values -----------------------------------------------------------------------------------------------------------


def value_in_words(kind: str, name: str, stored: Any) -> Written:
    """A stored setting as it stands in a file."""
    about, hint = params(REGISTRY[kind])[name], _hint(kind, name)
    if stored is None:
        return NOTHING
    if isinstance(stored, list):
        row_type = typing.get_args(hint)[0]
        return [row if isinstance(row, str) else _row_in_words(row_type, row) for row in stored]
    if isinstance(stored, bool):
        return YES[0] if stored else NO[0]
    if isinstance(stored, int | float):
        return _number_in_words(name, stored)
    return _choices(about).get(stored, str(stored))


def value_of(kind: str, name: str, part: Part) -> Any:
    """The stored setting that a part of a file means. Raises `Unreadable`."""
    about, hint = params(REGISTRY[kind])[name], _hint(kind, name)
    optional = type(None) in typing.get_args(hint) if _is_union(hint) else False
    wanted = next(k for k in typing.get_args(hint) if k is not type(None)) if optional else hint
    if typing.get_origin(wanted) is tuple:
        rows = part.rows if isinstance(part, Rows) else () if part == Text("", part.line) else (part,)
        return [_row(typing.get_args(wanted)[0], row) for row in rows]
    said = text_of(part)
    if optional and folded(said) in ("", NOTHING):
        return None
    if wanted is bool:
        return truth(said, part.line)
    if wanted in (int, float):
        return _number(said, wanted, part.line)
    return _chosen(about, said, part.line)


def text_of(part: Part, longest: int = MOST_CHARACTERS) -> str:
    """A part that must be a text. Raises `Unreadable`."""
    if not isinstance(part, Text):
        raise Unreadable([Complaint(part.line, "A text is wanted here, not a list or further names.")])
    if len(part.text) > longest:
        sentence = f"This may have at most {longest} characters; it has {len(part.text)}."
        raise Unreadable([Complaint(part.line, sentence)])
    if UNSAYABLE.search(part.text):
        raise Unreadable([Complaint(part.line, "This holds characters that nobody can read. Write it again.")])
    return part.text


def truth(said: str, line: int) -> bool:
    """Yes or no. Raises `Unreadable`."""
    if folded(said) not in (*YES, *NO):
        raise Unreadable([Complaint(line, f"Write yes or no instead of “{_short(said)}”.")])
    return folded(said) in YES


def _hint(kind: str, name: str) -> Any:
    return types_of(REGISTRY[kind])[name]


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, UnionType)


def _choices(about: Param) -> dict[str, str]:
    """The labels of what may be chosen, by what is stored for it."""
    return _told_apart({stored: small(label) for stored, label in about.choices})


def _chosen(about: Param, said: str, line: int) -> str:
    if not about.choices or said in dict(about.choices):
        return said
    labels = _choices(about)
    found = [stored for stored, label in labels.items() if folded(label) == folded(said)]
    if not found:
        sentence = f"“{_short(said)}” cannot be chosen here. Write one of: {'; '.join(labels.values())}."
        raise Unreadable([Complaint(line, sentence)])
    return found[0]


def _number_in_words(name: str, stored: float) -> str:
    whole = repr(int(stored)) if stored == int(stored) and abs(stored) < 10**15 else repr(stored)
    unit = next((unit for unit in ("seconds", "cents") if name.endswith(f"_{unit}")), "")
    return f"{whole} {unit}".strip()


def _number(said: str, wanted: type, line: int) -> int | float:
    found = NUMBER.fullmatch(said.strip())
    if not found:
        raise Unreadable([Complaint(line, f"Write a number instead of “{_short(said)}”.")])
    number = float(found[1])
    if wanted is float:
        return number
    if number != int(number):
        raise Unreadable([Complaint(line, "Write a whole number.")])
    return int(number)


def _row_in_words(row_type: type, row: Mapping[str, str]) -> Written:
    said: dict[str, Written] = {}
    for column in columns_of(row_type):
        cell = row.get(column.name, "")
        parts = cell.split(column.separator) if column.separator else [cell]
        is_plain = len(parts) == 1 or any(part != part.strip() or not part for part in parts)
        said[small(column.label)] = cell if is_plain else parts
    return said


def _row(row_type: type, part: Part) -> Any:
    if row_type is str:
        return text_of(part)
    taking = Taking(part, "this row")
    cells = {
        column.name: _cell(taking.part(small(column.label), column.name), column) for column in columns_of(row_type)
    }
    taking.finish()
    required = {each.name for each in dataclasses.fields(row_type) if each.default is dataclasses.MISSING}
    return {name: cell for name, cell in cells.items() if cell or name in required}


def _cell(part: Part | None, column: Any) -> str:
    if part is None:
        return ""
    if isinstance(part, Rows) and column.separator:
        return str(column.separator).join(text_of(row) for row in part.rows)
    return text_of(part)


def _short(said: str) -> str:
    return said if len(said) <= 40 else f"{said[:39]}…"
