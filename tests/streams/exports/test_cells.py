"""Cells: nothing that a spreadsheet would run, whatever callers, builders and vendors wrote."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.exports import csv_file
from streams.exports.cells import IN_CSV, Holds, harmless, hidden
from streams.exports.columns import Column

STARTERS = tuple("=+-@%|＝＋－＠")
DANGEROUS = (*STARTERS, "\t", "\r", "\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-5",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "|calc",
        "%0A",
        "  =1+1",
        "\x00=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert not harmless(text).lstrip(" \x00").startswith(DANGEROUS)


def test_a_formula_behind_a_semicolon_is_stopped_too():
    assert harmless("a;=1+1\n@b") == "a;'=1+1 @b"


@pytest.mark.parametrize("text", ["Main line", "a - b", "1 + 1 = 2", "it’s", "", "x@example.com"])
def test_ordinary_text_stays(text):
    assert harmless(text) == text


@given(st.text(st.sampled_from([*DANGEROUS, ";", ",", '"', "'", "a", " "]), max_size=12))
def test_no_cell_begins_with_a_formula_however_columns_are_parted(text):
    line = b"".join(csv_file.chunks([Column("one"), Column("two")], [["x", text], [text, "x"]])).decode()
    for delimiter in ",;\t":
        for row in list(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter))[1:]:
            for cell in row:
                # behind a quote that is part of the text, spreadsheets see the quote first
                assert not cell.lstrip().startswith(STARTERS), (text, delimiter, cell)


def test_numbers_money_times_and_phones_are_plain():
    assert IN_CSV[Holds.MONEY](Decimal("-1.5E-3")) == "-0.001500"
    assert IN_CSV[Holds.MONEY](Decimal("1E+3")) == "1000.000000"
    assert IN_CSV[Holds.TIME](datetime(2026, 11, 26, 8, 14, 5, 900, tzinfo=UTC)) == "2026-11-26T08:14:05+00:00"
    assert IN_CSV[Holds.CALLER]("+14155550142") == "14155550142"
    assert IN_CSV[Holds.CALLER]("=cmd|x") == "'=cmd|x"
    assert IN_CSV[Holds.YES_NO](False) == "no"


def test_times_are_on_the_sites_clocks_with_their_offset(settings):
    settings.TIME_ZONE = "America/Los_Angeles"
    assert IN_CSV[Holds.TIME](datetime(2026, 11, 26, 8, 0, tzinfo=UTC)) == "2026-11-26T00:00:00-08:00"


def test_a_short_number_is_hidden_whole():
    assert hidden("1234") == "••••"
    assert hidden("+14155550142").endswith("0142")
    assert "415" not in hidden("+14155550142")
