"""Figures of reports as people read them: shares, changes, seconds and what a call costs on average."""

from decimal import Decimal

from streams.reports.words import length, money

NONE = "–"
TENTH = Decimal("0.1")
AS = "as"  # it did not change


def share(part: float | None, places: int = 1) -> str:
    """0.582 is “58.2 %”; nothing to divide by is a dash."""
    if part is None:
        return NONE
    return _tight(f"{100 * part:.{places if part else 0}f} %")


def of(part: int, whole: int) -> float | None:
    """A part of a whole, 0 to 1; None of nothing."""
    return part / whole if whole else None


def each(dollars: Decimal | None) -> str:
    """What one call costs on average, to a tenth of a cent: “4.3 ¢”. Less than that keeps the precision it has."""
    if dollars is None:
        return NONE
    cents = dollars * 100
    if cents < TENTH:
        return _tight(money(dollars))
    return _tight(f"{cents.quantize(TENTH)} ¢" if cents < 100 else f"${dollars:,.2f}")


def whole(dollars: Decimal) -> str:
    """A sum of stored amounts."""
    return _tight(money(dollars))


def stay(time: float) -> str:
    """How long a visit lasted, briefly: “25 s”, “3.5 min”."""
    return _tight(f"{time:.0f} s" if time < 100 else f"{time / 60:.1f} min")


def seconds(time: float | None) -> str:
    """“38 s”, “1 min 11 s”; a dash for nothing known."""
    return _tight(length(time))


def changed(now: int, before: int) -> str:
    """How a number changed: “+6 %”; "" with nothing to compare with."""
    return _signed(100 * (now - before) / before, " %", 0) if before else ""


def moved(now: float | None, before: float | None) -> str:
    """How a share changed, in points: “+1.2 points”."""
    return "" if now is None or before is None else _signed(100 * (now - before), " points", 1)


def grew(now: Decimal | float | None, before: Decimal | float | None) -> str:
    """How an average changed: “−12 %”."""
    return "" if now is None or not before else _signed(100 * (float(now) / float(before) - 1), " %", 0)


def _signed(number: float, unit: str, places: int) -> str:
    rounded = round(number, places)
    if not rounded:
        return AS
    sign = "+" if rounded > 0 else "−"
    return _tight(f"{sign}{abs(rounded):,.{places}f}{unit}")


def _tight(text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}")
