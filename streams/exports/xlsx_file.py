"""A table as XLSX with typed cells. The only file that imports xlsxwriter.

Rows are written to disk as they come (constant memory); a sheet that is full is followed by another with the same head.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from streams.exports.cells import SIX_PLACES, Holds, iso
from streams.exports.columns import Column

ROWS_OF_A_SHEET = 1_048_576  # the head included; Excel's limit
LONGEST_TEXT = 32_767  # of a cell; Excel's limit
WIDTHS = {Holds.TIME: 26, Holds.TEXT: 22, Holds.CALLER: 18, Holds.OURS: 18}
AS_TEXT: dict[Holds, Callable[[Any], str]] = {
    Holds.TEXT: str,
    Holds.TIME: iso,  # Excel's own dates have no zone
    Holds.YES_NO: lambda value: "yes" if value else "no",
    Holds.CALLER: str,
    Holds.OURS: str,
}


def write(path: Path, title: str, columns: Iterable[Column], rows: Iterable[Iterable[Any]]) -> None:
    """Write the whole file. Text is stored as text, so it is never a formula, whatever it begins with."""
    known = list(columns)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": path.parent}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": title, "created": timezone.now().replace(tzinfo=None)})
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.000000"})
        sheets, place = 0, ROWS_OF_A_SHEET
        sheet: Worksheet
        for row in rows:
            if place >= ROWS_OF_A_SHEET:
                sheets, place = sheets + 1, 1
                sheet = _sheet(book, f"{title[:20]} {sheets}" if sheets > 1 else title[:31], known, bold)
            _row(sheet, place, known, row, money)
            place += 1
        if not sheets:
            _sheet(book, title[:31], known, bold)


def _sheet(book: Any, name: str, columns: list[Column], bold: Any) -> Worksheet:
    sheet = book.add_worksheet(name.replace("’", ""))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS.get(column.holds, 12))
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.title, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _row(sheet: Worksheet, place: int, columns: list[Column], row: Iterable[Any], money: Any) -> None:
    for at, (column, value) in enumerate(zip(columns, row, strict=True)):
        if value is None:
            continue
        if column.holds is Holds.NUMBER:
            sheet.write_number(place, at, value)
        elif column.holds is Holds.MONEY:
            sheet.write_number(place, at, value.quantize(SIX_PLACES), money)
        elif text := AS_TEXT[column.holds](value):
            sheet.write_string(place, at, text[:LONGEST_TEXT])
