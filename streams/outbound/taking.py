"""From a table to people on a list: each row is judged and shown before anything is stored. Sync."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from flows.engine.asking_elsewhere import answer_name
from flows.models.outbound import countries, validate_outbound
from flows.numbers import with_country
from streams.batches import batches
from streams.models import Callee, CallList
from streams.models.outbound import ListState
from streams.outbound import refusing
from streams.outbound.sheet import Columns, Sheet

LONGEST_NAME = 80
BY_EXCEL = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
AS_DECIMAL = re.compile(r"(\d{6,})[.,]0+$")  # what programs make of a column with an empty cell
AT_ONCE = 500
IN_ONE_GO = 100  # people in one transaction

NO_NUMBER = "There is no number."
CUT = "Excel has cut this number. Format the column as text, and save the file again."
NOT_A_NUMBER = "This is no telephone number. Write it with its country code, such as +14155550123."
TWICE = "It stands above already, in line {}."
REFUSED = "It is on the do-not-call list."
THERE = "It is on this list already."
NO_ZONE = "The time zone “{}” is not known. Write it as America/New_York, or leave it empty."


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. `problem` says why it is not taken, "" where it is."""

    line: int
    said: str
    number: str = ""
    name: str = ""
    zone: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def judge(sheet: Sheet, columns: Columns, call_list: CallList) -> list[Row]:
    """Each row, with what is wrong with it. A few queries, however many rows."""
    allowed, like = countries(), call_list.ours.number
    lines_of_file = zip(sheet.lines, sheet.rows, strict=True)
    rows = [_row(line, cells, sheet, columns, like, allowed) for line, cells in lines_of_file]
    numbers = [row.number for row in rows if row.number]
    refused = refusing.refused(numbers)
    there = set(Callee.objects.filter(call_list=call_list).values_list("number", flat=True))
    lines: dict[str, int] = {}
    return [_held_against(row, refused, there, lines) for row in rows]


def _row(line: int, cells: tuple[str, ...], sheet: Sheet, columns: Columns, like: str, allowed: set[str]) -> Row:
    said = cells[columns.number].strip("'\u200e\u202a\u202c ")
    zone_said = cells[columns.zone] if columns.zone is not None else ""
    row = Row(
        line=line,
        said=said,
        name=cells[columns.name][:LONGEST_NAME] if columns.name is not None else "",
        answers=_answers(cells, sheet, columns),
    )
    zone = zone_named(zone_said)
    if zone_said and not zone:
        return replace(row, problem=NO_ZONE.format(zone_said[:40]))
    number, problem = number_in(said, like, allowed)
    return replace(row, zone=zone, number=number, problem=problem)


def number_in(said: str, like: str, allowed: set[str] | None = None) -> tuple[str, str]:
    """The number that somebody wrote, in E.164, and what is wrong with it."""
    if not said:
        return "", NO_NUMBER
    if BY_EXCEL.fullmatch(said):
        return "", CUT
    said = AS_DECIMAL.sub(r"\1", said)
    number = with_country(said, like=like) or with_country(f"+{said}", like=like)
    if not number:
        return "", NOT_A_NUMBER
    try:
        validate_outbound(number, allowed)
    except ValidationError as error:
        return number, " ".join(error.messages)
    return number, ""


def _answers(cells: tuple[str, ...], sheet: Sheet, columns: Columns) -> tuple[tuple[str, str], ...]:
    taken = {columns.number, columns.name, columns.zone}
    others = ((answer_name(title), cells[at]) for at, title in enumerate(sheet.headers) if at not in taken)
    return tuple((name, said) for name, said in others if name and said)


def _held_against(row: Row, refused: set[str], there: set[str], lines: dict[str, int]) -> Row:
    """The same row, where another line, the list, or the do-not-call list has the number already."""
    problem = row.problem
    if not problem and row.number in lines:
        problem = TWICE.format(lines[row.number])
    elif not problem and row.number in refused:
        problem = REFUSED
    elif not problem and row.number in there:
        problem = THERE
    if row.number:
        lines.setdefault(row.number, row.line)
    return replace(row, problem=problem)


def zone_named(said: str) -> str:
    """The time zone that is meant, in whatever letters, such as “america/new york”; "" for none."""
    return _zones().get(said.casefold().replace(" ", "_"), "")


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def take(call_list: CallList, rows: Iterable[Row], now: datetime) -> int:
    """Put those rows that are in order on the list; gives how many that were. May run twice: nobody is there twice.
    Nobody is put on a list that is done, also where it was done a moment ago."""
    good = [row for row in rows if not row.problem]
    return sum(_put(call_list, some, now) for some in batches(good, IN_ONE_GO))


def _put(call_list: CallList, good: Sequence[Row], now: datetime) -> int:
    with transaction.atomic():
        if CallList.objects.select_for_update(no_key=True).get(pk=call_list.pk).state == ListState.DONE:
            return 0
        before = Callee.objects.filter(call_list=call_list)
        place = (before.aggregate(last=Max("place"))["last"] or 0) + 1
        there = before.count()
        made = [
            Callee(
                call_list=call_list,
                place=place + at,
                number=row.number,
                name=row.name,
                zone=row.zone,
                answers=dict(row.answers),
                next_at=now,
            )
            for at, row in enumerate(good)
        ]
        Callee.objects.bulk_create(made, ignore_conflicts=True)
        return before.count() - there
