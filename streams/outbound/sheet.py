"""A file of people as a table: whatever its encoding and its separator, with or without a first row of names. Pure."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 2_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 40
LONGEST_CELL = 200
SEPARATORS = ",;\t|"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # of encodings
LOOKS_LIKE_NUMBER = re.compile(r"'?\+?[\d\s().\-/]{6,24}")
AS_TEXT = re.compile(r'="([^"]*)"')
SEPARATOR_TOLD = re.compile(r'"?sep=([,;\t|])"?\s*?(?:\r\n?|\n)', re.IGNORECASE)  # the first line, for Excel
NAMES = {  # what columns are called in files, in small letters
    "number": (
        *("number", "phone", "phone number", "telephone", "telephone number", "tel", "mobile", "cell", "msisdn"),
        *("telefon", "telefonnummer", "handy", "teléfono", "telefono", "móvil", "téléphone", "numéro", "portable"),
    ),
    "name": ("name", "full name", "first name", "firstname", "contact", "vorname", "nombre", "nom", "prénom"),
    "zone": ("zone", "time zone", "timezone", "tz", "zeitzone", "zona horaria", "fuseau horaire"),
}


class Unreadable(Exception):
    """A file that is no table of people, as a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells, all as long as `headers`, and in which line of the file each begins. `has_names`: the first row
    named the columns, and is no row any more."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    has_names: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, from 0; None: no column does. All others are answers under their own names."""

    number: int
    name: int | None = None
    zone: int | None = None


def text_of(raw: bytes) -> str:
    """A file as text. What is not UTF-8 is read as Western European, as Excel writes it."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"The file has more than {MOST_BYTES // 1_000_000} MB. Part it in two.")
    if raw[:4] == b"PK\x03\x04":
        raise Unreadable("This is an Excel file. Save it as CSV in Excel (“Save as…”), and choose that file.")
    marked = next((name for mark, name in MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(marked)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Unreadable("This is no text. Save it as CSV, and choose that file.")
    return text


def read(text: str, *, has_names: bool | None = None) -> Sheet:
    """The table in a text. `has_names` None: find it out. Raises `Unreadable`."""
    try:
        found = list(_rows(text.lstrip("\ufeff")))
    except csv.Error as error:
        raise Unreadable(f"It cannot be read as a table ({error}). Save it as CSV again.") from error
    lines, rows = tuple(line for line, _ in found), [row for _, row in found]
    if not rows:
        raise Unreadable("There is nothing in it. Choose a file with a row for each person.")
    width = max(len(row) for row in rows)
    if width > MOST_COLUMNS:
        raise Unreadable(f"It has {width} columns; {MOST_COLUMNS} are read at most. Take out those that nobody needs.")
    named = _names_columns(rows[0]) if has_names is None else has_names
    rows = [row + ("",) * (width - len(row)) for row in rows]
    if len(rows) - named > MOST_ROWS:
        raise Unreadable(
            f"It has {len(rows) - named:,} rows; {MOST_ROWS:,} are taken at once. Part it in several files."
        )
    headers = rows[0] if named else ("",) * width
    titles = tuple(title or f"column {place}" for place, title in enumerate(headers, start=1))
    return Sheet(titles, tuple(rows[named:]), lines[named:], named)


def _rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows in which something stands, each with the line in which it begins."""
    told = SEPARATOR_TOLD.match(text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=told[1] if told else separator_of(text), skipinitialspace=True
    )
    begins = 1
    for row in reader:
        cells = tuple(_bare(cell) for cell in row)
        if any(cells) and not (told and begins == 1):
            yield begins, cells
        begins = reader.line_num + 1


def _bare(cell: str) -> str:
    """What a cell says: people write ="0123" so that a spreadsheet keeps it as text."""
    said = cell.strip()
    kept = AS_TEXT.fullmatch(said)
    return (kept[1] if kept else said)[:LONGEST_CELL]


def separator_of(text: str) -> str:
    """What parts the cells: what stands as often in each of the first lines, and there most often."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    counts = {each: Counter(line.count(each) for line in lines) for each in SEPARATORS}
    steady = {each: count.most_common(1)[0] for each, count in counts.items() if count}
    best = max(steady, key=lambda each: (steady[each][0] > 0, steady[each][1], steady[each][0]), default=",")
    return best if steady and steady[best][0] else ","


def guess(sheet: Sheet) -> Columns:
    """Which column is which, by its name, or for the number by what stands in it."""
    titles = [re.sub(r"[\s_-]+", " ", title.casefold()).strip() for title in sheet.headers]
    named = {what: [titles.index(name) for name in names if name in titles] for what, names in NAMES.items()}
    # “number” may be that of an order
    number = max(named["number"] or range(len(titles)), key=lambda place: _numbers_in(sheet, place))
    others = {what: next((place for place in places if place != number), None) for what, places in named.items()}
    return Columns(number, others["name"], others["zone"])


def _numbers_in(sheet: Sheet, place: int) -> int:
    return sum(bool(LOOKS_LIKE_NUMBER.fullmatch(row[place])) for row in sheet.rows[:100])


def _names_columns(row: tuple[str, ...]) -> bool:
    """Whether a first row names the columns: no cell of it looks like a telephone number."""
    return not any(LOOKS_LIKE_NUMBER.fullmatch(cell) for cell in row)
