"""An estimated amount as people read it. Sums that were billed are shown elsewhere, with all that they have."""

from decimal import Decimal

DIGITS = 2  # that an estimate is told with; more would look like a fact


def about(dollars: Decimal) -> str:
    """“2.1 ¢”, “$1.20”; what is less than a hundredth of a cent is said so."""
    if dollars <= 0:
        return "0 ¢"
    if dollars >= 1:
        return f"${dollars:,.2f}"
    cents = dollars * 100
    if cents < Decimal("0.01"):
        return "< 0.01 ¢"
    rounded = round(cents, DIGITS - 1 - cents.adjusted())
    return f"{rounded:f} ¢" if rounded < 100 else "$1.00"
