"""A statement as a PDF. The only file that imports fpdf. Its fonts lie beside it, so nothing is fetched."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from django.utils import timezone
from django.utils.formats import date_format
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from streams.statements.adding import Statement

FONTS = Path(__file__).parent / "fonts"
QUIET = (90, 96, 105)
SIX_PLACES, CENT = Decimal("0.000001"), Decimal("0.01")


class Sheet(FPDF):
    """A4 with page numbers."""

    def footer(self) -> None:
        """Where we are."""
        self.set_y(-15)
        self.set_font("DejaVu", size=8)
        self.set_text_color(*QUIET)
        self.cell(0, 8, f"Page {self.page_no()} of {{nb}}", align="R")


def as_pdf(statements: list[Statement], *, site: str) -> bytes:
    """One page or more for each currency. `site` is whose statement it is."""
    sheet = Sheet(format="A4")
    sheet.add_font("DejaVu", fname=FONTS / "DejaVuSans.ttf")
    sheet.add_font("DejaVu", style="B", fname=FONTS / "DejaVuSans-Bold.ttf")
    sheet.set_margin(20)
    sheet.set_title(f"{statements[0].payer.name}, {statements[0].month:%B %Y}")
    sheet.set_lang("en-US")
    for each in statements:
        _page(sheet, each, site)
    return bytes(sheet.output())


def exactly(amount: Decimal, currency: str) -> str:
    """With all its six places, so that lines visibly add up."""
    return f"{amount.quantize(SIX_PLACES):,f} {currency}"


def in_cents(amount: Decimal, currency: str) -> str:
    """Rounded once, half to even, to the cent."""
    return f"{amount.quantize(CENT, rounding=ROUND_HALF_EVEN):,f} {currency}"


def month_in_words(month: date) -> str:
    """“November 2026”."""
    return date_format(month, "F Y")


def _page(sheet: Sheet, statement: Statement, site: str) -> None:
    sheet.add_page()
    _says(sheet, site, size=9, quiet=True)
    _says(sheet, f"Statement for {month_in_words(statement.month)}", size=17, bold=True)
    _says(sheet, statement.payer.name, size=12)
    made = date_format(timezone.localtime(), "j F Y, H:i")
    state = "This month is closed." if statement.closed else "This month is open: its figures may still change."
    _says(sheet, f"Made on {made} ({timezone.get_current_timezone_name()}). {state}", size=9, quiet=True)
    sheet.ln(4)
    _table(sheet, ["", "Quantity", "Amount"], _rows(statement), bold_last=True)
    _says(sheet, f"To pay: {in_cents(statement.total, statement.currency)}", size=14, bold=True)
    sheet.ln(3)
    if len(statement.flows) > 1 or not statement.payer.flow:
        _says(sheet, "By flow", size=12, bold=True)
        rows = [[name, f"{calls:,}", exactly(amount, statement.currency)] for name, calls, amount in statement.flows]
        _table(sheet, ["Flow", "Calls", "Amount"], rows)
    for sentence in notes(statement):
        _says(sheet, sentence, size=9, quiet=True)


def _rows(statement: Statement) -> list[list[str]]:
    rows = [["Calls", f"{statement.calls:,}", ""]]
    for line in statement.lines:
        quantity = "" if line.quantity is None else f"{line.quantity.normalize():,f} {line.unit}"
        rows.append([line.title, quantity, exactly(line.amount, statement.currency)])
    for of, amount in statement.adjustments:
        rows.append([f"Adjustment of {month_in_words(of)}", "", exactly(amount, statement.currency)])
    return [*rows, ["Total", "", exactly(statement.total, statement.currency)]]


def notes(statement: Statement) -> list[str]:
    """What a reader has to know to check it."""
    said = [
        "Calls and days are those of the site’s time zone; test calls are not counted. Minutes are billed minutes. "
        "Amounts have six places and add up exactly; what is to pay is rounded once."
    ]
    if statement.later:
        said.append(
            f"After the month was closed, {exactly(statement.later, statement.currency)} came to light that belongs to "
            "it. It was booked in a later month, and stands in that month’s statement as an adjustment."
        )
    if statement.adjustments:
        said.append("Adjustments are what changed in months that were closed before.")
    return said


def _says(sheet: Sheet, text: str, *, size: int, bold: bool = False, quiet: bool = False) -> None:
    sheet.set_font("DejaVu", style="B" if bold else "", size=size)
    sheet.set_text_color(*(QUIET if quiet else (0, 0, 0)))
    sheet.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(1)


def _table(sheet: Sheet, head: list[str], rows: list[list[str]], *, bold_last: bool = False) -> None:
    sheet.set_font("DejaVu", size=10)
    sheet.set_text_color(0, 0, 0)
    with sheet.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=(5, 2, 3),
        text_align=("LEFT", "RIGHT", "RIGHT"),
        headings_style=FontFace(emphasis="BOLD"),
        line_height=6,
        padding=1,
    ) as table:
        table.row(head)
        for place, cells in enumerate(rows):
            last = bold_last and place == len(rows) - 1
            table.row(cells, style=FontFace(emphasis="BOLD") if last else None)
    sheet.ln(3)
