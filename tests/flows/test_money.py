"""Estimated amounts in words."""

from decimal import Decimal

import pytest

from flows.money import about


@pytest.mark.parametrize(
    ("dollars", "said"),
    [
        ("0", "0 ¢"),
        ("0.00001", "< 0.01 ¢"),
        ("0.000744", "0.074 ¢"),
        ("0.0213", "2.1 ¢"),
        ("0.12345", "12 ¢"),
        ("0.996", "$1.00"),
        ("1.2", "$1.20"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_an_estimate_has_two_digits(dollars, said):
    assert about(Decimal(dollars)) == said
