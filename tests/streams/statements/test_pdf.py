"""The PDF, read back."""

import io
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from flows.models import Flow
from streams.statements.adding import Line, Payer, Statement
from streams.statements.pdf import as_pdf, exactly, in_cents

LINES = [
    Line("Audio streams", Decimal("12.0000"), "min", Decimal("0.036000")),
    Line("Carrier minutes", Decimal("6"), "min", Decimal("0.033000")),
    Line("AI and speech: openai", None, "", Decimal("1234.567890")),
]


def made(**fields):
    flow = Flow(name="Straße & Søn – Zentrale")
    return Statement(
        **{"payer": Payer(flow=flow), "month": date(2026, 10, 1), "currency": "USD", "lines": LINES} | fields
    )


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_everything_can_be_read_back():
    told = text_of(
        as_pdf([made(calls=1234, adjustments=[(date(2026, 9, 1), Decimal("-0.003"))])], site="https://x.example")
    )
    for words in (
        "Statement for October 2026", "Straße & Søn – Zentrale", "Calls 1,234", "Audio streams 12 min 0.036000 USD",
        "AI and speech: openai 1,234.567890 USD",
        "Adjustment of September 2026 -0.003000 USD", "Total 1,234.633890 USD",
        "To pay: 1,234.63 USD", "This month is open", "https://x.example", "Page 1 of 1",
    ):  # fmt: skip
        assert words in told, words


def test_a_closed_month_says_what_came_later():
    told = text_of(as_pdf([made(closed=True, later=Decimal("0.5"))], site="x"))
    assert "This month is closed." in told
    assert "0.500000 USD came to light" in told


def test_many_flows_go_over_several_pages():
    flows = [(f"Line {n}", n, Decimal(n)) for n in range(90)]
    pdf = as_pdf([made(payer=Payer(), flows=flows)], site="x")
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    assert "Line 89 89 89.000000 USD" in text_of(pdf)


def test_each_currency_has_its_page():
    pdf = as_pdf([made(), made(currency="EUR")], site="x")
    assert "To pay: 1,234.64 EUR" in text_of(pdf)


def test_fonts_are_in_the_file():
    reader = PdfReader(io.BytesIO(as_pdf([made()], site="x")))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"].rpartition("+")[2] for font in fonts} >= {"DejaVuSansBook", "DejaVuSansBold"}


@pytest.mark.parametrize(("amount", "said"), [("0.005", "0.00 USD"), ("0.015", "0.02 USD"), ("-0.005", "-0.00 USD")])
def test_what_is_to_pay_is_rounded_half_to_even(amount, said):
    assert in_cents(Decimal(amount), "USD") == said
    assert exactly(Decimal(amount), "USD").startswith(amount)
