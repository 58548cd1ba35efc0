"""What a report asks of reconciliation: how much stands open, and where it is looked at."""

from datetime import date
from decimal import Decimal

from streams.admin import report_unreconciled
from streams.admin.report_unreconciled import unreconciled

DAY = date(2026, 11, 23)
OPEN_ITEMS = """
from decimal import Decimal
from types import SimpleNamespace
def unreconciled(first, last):
    return SimpleNamespace(amount=Decimal("0.37"), things=(last - first).days)
"""


def test_nothing_is_told_where_nothing_is_compared(monkeypatch):
    monkeypatch.setattr(report_unreconciled, "ASKED", "no_such_books")
    assert unreconciled(DAY, DAY) is None


def test_what_is_open_is_told_as_it_was_counted(monkeypatch, tmp_path):
    (tmp_path / "books_of_a_test").mkdir()
    (tmp_path / "books_of_a_test" / "__init__.py").write_text("")
    (tmp_path / "books_of_a_test" / "open_items.py").write_text(OPEN_ITEMS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(report_unreconciled, "ASKED", "books_of_a_test")
    found = unreconciled(DAY, date(2026, 11, 25))
    assert (found.amount, found.things) == (Decimal("0.37"), 2)
