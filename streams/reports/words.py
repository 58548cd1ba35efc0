"""Figures as people read them: times, lengths and money."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils import timezone
from django.utils.formats import date_format


def moment(at: datetime) -> str:
    """When something was, on the site's clocks: “Mon 23 Nov, 09:14”."""
    return date_format(timezone.localtime(at), "D j M, H:i")


def clock(seconds: float) -> str:
    """A moment of a call: 75.4 is 1:15."""
    whole = max(int(seconds), 0)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def length(seconds: float | None) -> str:
    """How long something lasted: 162 is “2 min 42 s”; nothing known is a dash."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 s"


def money(amount: Decimal, currency: str = "USD") -> str:
    """An amount with as much precision as it has: tenths of a cent, as streams are priced, until they stop to matter.

    Rounding is for the eye only; sums are made of what is stored.
    """
    if currency != "USD":
        return f"{_rounded(amount, '0.0001')} {currency}"
    if amount == 0:
        return "0 ¢"
    if amount < Decimal("0.00001"):
        return "< 0.001 ¢"
    if amount < 1:
        return f"{_rounded(amount * 100, '0.001')} ¢"
    return f"${_rounded(amount, '0.001' if amount < 100 else '0.01'):,}"


def _rounded(amount: Decimal, places: str) -> Decimal:
    return amount.quantize(Decimal(places), rounding=ROUND_HALF_EVEN)
