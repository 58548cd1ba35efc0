"""What is asked of an export, in an address and in a stored row: the same names as on the reports."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from streams.figures.asked import Asked

LONGEST = timedelta(days=366 * 3)
USUAL_DAYS = 7


def asked_from(said: Mapping[str, Any]) -> Asked:
    """From a stored row. Raises `ValueError` when its days are none."""
    return Asked(**{**said, "first": date.fromisoformat(said["first"]), "last": date.fromisoformat(said["last"])})


def stored(asked: Asked) -> dict[str, Any]:
    """For a row: what `asked_from` reads."""
    return {**asdict(asked), "first": asked.first.isoformat(), "last": asked.last.isoformat()}


def from_address(said: Mapping[str, str], today: date) -> tuple[Asked, str]:
    """What an address asks for (`from`, `to`, `flow`, `version`, `number`, `language`), and a sentence where it could
    not be taken as it was. Without days: the last seven that are over.
    """
    problem = ""
    first, last = _day(said.get("from", "")), _day(said.get("to", ""))
    if (said.get("from") and not first) or (said.get("to") and not last):
        problem = "A date was not understood, so the usual week is shown. Write dates as 2026-11-22."
        first = last = None
    last = last or today - timedelta(days=1)
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        first, last = last, first
    if last - first > LONGEST:
        first = last - LONGEST
        problem = "At most three years are exported at once; these are the last three of what you asked for."
    asked = Asked(
        first, last, _key(said.get("flow")), _key(said.get("version")), said.get("number", ""), said.get("language", "")
    )
    return asked, problem


def in_address(asked: Asked, **more: str) -> str:
    """The query string that `from_address` reads."""
    said: dict[str, Any] = {"from": asked.first, "to": asked.last, "flow": asked.flow, "version": asked.version}
    said |= {"number": asked.number, "language": asked.language, **more}
    return urlencode({name: value for name, value in said.items() if value})


def _day(said: str) -> date | None:
    try:
        day = parse_date(said)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None


def _key(said: str | None) -> int | None:
    """A primary key; what cannot be one fits nothing."""
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else (-1 if said else None)
