"""One cell of a table, so that a spreadsheet shows it and never runs it. Pure.

A spreadsheet takes text that begins with one of `STARTERS` for a formula (OWASP, “CSV injection”), full-width forms
included, and one that parts columns by semicolons looks for it behind those too, quotes or not. Such text gets an
apostrophe before it, which spreadsheets show, but do not run; tabs and line ends become spaces.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils import timezone

from flows.numbers import masked

STARTERS = "=+\\-@%|＝＋－＠"
FORMULA = re.compile(rf"(^|;)(?=[\s\"]*[{STARTERS}])")
CONTROLS = re.compile(r"[\x00-\x1f]+")
SIX_PLACES = Decimal("0.000001")


class Holds(StrEnum):
    """What the cells of a column hold, which decides how they are written."""

    TEXT = "text"
    NUMBER = "number"  # whole or with a point, as it is
    MONEY = "money"  # six places, plain
    TIME = "time"  # ISO with the site's offset
    YES_NO = "yes or no"
    CALLER = "caller"  # a telephone number of somebody: masked unless the reader may see it
    OURS = "ours"  # a telephone number of the site


def harmless(text: str) -> str:
    """The same text on one line, with an apostrophe before whatever a spreadsheet could take for a formula."""
    return FORMULA.sub(r"\1'", CONTROLS.sub(" ", text))


def number_in_csv(text: str) -> str:
    """A telephone number without its plus, which spreadsheets would take for a formula; anything else as text."""
    bare = text.removeprefix("+")
    return bare if bare.isdigit() else harmless(text)


def iso(at: datetime) -> str:
    """A moment on the site's clocks with its offset, to the second: 2026-11-26T09:14:05+01:00."""
    return timezone.localtime(at).isoformat(timespec="seconds")


def plain(amount: Decimal) -> str:
    """An amount with six places, never in exponents."""
    return f"{amount.quantize(SIX_PLACES):f}"


def hidden(text: str) -> str:
    """A number of which no more than the last four digits are shown, however short it is."""
    return masked(text) if len(text) > 4 else "•" * len(text)


# How each sort of cell is written in CSV, and what it is in XLSX, from a value that is not None.
IN_CSV: dict[Holds, Callable[[Any], str]] = {
    Holds.TEXT: lambda value: harmless(str(value)),
    Holds.NUMBER: str,
    Holds.MONEY: plain,
    Holds.TIME: iso,
    Holds.YES_NO: lambda value: "yes" if value else "no",
    Holds.CALLER: lambda value: number_in_csv(str(value)),
    Holds.OURS: lambda value: number_in_csv(str(value)),
}
