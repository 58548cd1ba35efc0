"""Files of people: every encoding and separator that offices send, and what cannot be read."""

import pytest

from streams.outbound.sheet import MOST_BYTES, Columns, Unreadable, guess, read, text_of

ROWS = "phone,name,order number\n+14155550142,Ann Lée,12\n+14155550143,Ben,13\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_any_usual_encoding_is_read(encoding):
    assert read(text_of(ROWS.encode(encoding))).rows[0] == ("+14155550142", "Ann Lée", "12")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_separator_is_found(separator):
    sheet = read(ROWS.replace(",", separator).replace("\n", "\r\n"))
    assert (sheet.headers, len(sheet.rows)) == (("phone", "name", "order number"), 2)


def test_a_comma_within_quotes_parts_nothing():
    sheet = read('number,name\n+14155550142,"Lee, Ann"\n+14155550143,"O""Neil"\n')
    assert [row[1] for row in sheet.rows] == ["Lee, Ann", 'O"Neil']


def test_a_column_of_numbers_needs_no_names():
    sheet = read("+14155550142\n\n+14155550143\n")
    assert (sheet.has_names, sheet.headers, len(sheet.rows)) == (False, ("column 1",), 2)
    assert guess(sheet) == Columns(0)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("phone,name,zone", Columns(0, 1, 2)),
        ("Name;Telefonnummer;Zeitzone", Columns(1, 0, 2)),
        ("First_Name,Time-Zone,Mobile", Columns(2, 0, 1)),
        ("a,b,c", Columns(1)),
        ("Number,Mobile,Name", Columns(1, 2)),
    ],
)
def test_columns_are_guessed_by_their_names_or_by_what_stands_in_them(header, columns):
    cells = ["x", "x", "x"]
    cells[columns.number] = "(415) 555-0142"
    part = ";" if ";" in header else ","
    assert guess(read(f"{header}\n{part.join(cells)}\n", has_names=True)) == columns


def test_rows_are_named_by_their_lines_in_the_file():
    sheet = read('number,name\n\n+14155550142,"Ann\nLee"\n , \n+14155550143,Ben\n')
    assert sheet.lines == (3, 6)


def test_a_first_line_that_tells_the_separator_is_no_row():
    sheet = read("sep=;\r\nphone;note\r\n+14155550142;a, b\r\n")
    assert (sheet.headers, sheet.rows, sheet.lines) == (("phone", "note"), (("+14155550142", "a, b"),), (3,))


def test_a_number_that_is_kept_as_text_by_a_formula_is_that_number():
    sheet = read('="+14155550142",Ann\n"=""+14155550143""",Ben\n')
    assert (sheet.has_names, [row[0] for row in sheet.rows]) == (False, ["+14155550142", "+14155550143"])


def test_short_rows_are_filled_up():
    assert read("number,name\n+14155550142\n").rows == (("+14155550142", ""),)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "nothing in it"),
        (b"\n\n , \n", "nothing in it"),
        (b"PK\x03\x04rest", "Excel file"),
        (b"a\x00b", "no text"),
        (b"1" * (MOST_BYTES + 1), "more than 2 MB"),
        (b"number\n" + b"+14155550142\n" * 10_001, "10,001 rows"),
        (b"+14155550142" + b"," * 60, "61 columns"),
        (b'number\n"' + b"x" * 140_000 + b'"\n', "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(raw, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(text_of(raw))
