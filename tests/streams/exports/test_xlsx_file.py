"""XLSX: typed cells, no formulas, a further sheet when one is full."""

from datetime import UTC, datetime
from decimal import Decimal

from openpyxl import load_workbook

from streams.exports import xlsx_file
from streams.exports.cells import Holds
from streams.exports.columns import Column

COLUMNS = [Column("what"), Column("cost", Holds.MONEY), Column("n", Holds.NUMBER), Column("at", Holds.TIME)]


def test_cells_have_their_types_and_text_is_never_a_formula(tmp_path):
    rows = [["=1+1", Decimal("0.003"), 7, datetime(2026, 1, 1, tzinfo=UTC)], ["http://x", None, None, None]]
    xlsx_file.write(tmp_path / "a.xlsx", "Charges", COLUMNS, rows)
    sheet = load_workbook(tmp_path / "a.xlsx").active
    cells = [sheet.cell(2, at) for at in range(1, 5)]
    assert [cell.data_type for cell in cells] == ["s", "n", "n", "s"]
    assert [cell.value for cell in cells] == ["=1+1", 0.003, 7, "2026-01-01T00:00:00+00:00"]
    assert (sheet.cell(3, 1).value, sheet.cell(3, 1).hyperlink, sheet.cell(3, 2).value) == ("http://x", None, None)
    assert sheet.freeze_panes == "A2"


def test_what_does_not_fit_a_sheet_goes_on_the_next_with_the_same_head(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_file, "ROWS_OF_A_SHEET", 4)
    xlsx_file.write(tmp_path / "a.xlsx", "Calls", COLUMNS[2:3], [[n] for n in range(7)])
    sheets = load_workbook(tmp_path / "a.xlsx").worksheets
    told = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in sheets]
    assert told == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]
    assert [sheet.title for sheet in sheets] == ["Calls", "Calls 2", "Calls 3"]


def test_text_longer_than_a_cell_is_cut_and_not_lost(tmp_path):
    xlsx_file.write(tmp_path / "a.xlsx", "Calls", COLUMNS[:1], [["x" * 40_000]])
    assert len(load_workbook(tmp_path / "a.xlsx").active["A2"].value) == xlsx_file.LONGEST_TEXT


def test_a_table_without_rows_has_its_head(tmp_path):
    xlsx_file.write(tmp_path / "a.xlsx", "Carrier’s records", COLUMNS, [])
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[1]] == ["what", "cost", "n", "at"]
