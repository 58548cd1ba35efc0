"""Figures as people read them."""

from decimal import Decimal

import pytest

from streams.admin.report_words import changed, each, grew, moved, of, seconds, share, stay, whole


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (share(0.5824), "58.2 %"),
        (share(0.0), "0 %"),
        (share(None), "–"),
        (share(of(1, 0)), "–"),
        (each(Decimal("0.0432")), "4.3 ¢"),
        (each(Decimal("0.00089")), "0.089 ¢"),
        (each(Decimal("1.239")), "$1.24"),
        (each(Decimal(0)), "0 ¢"),
        (each(None), "–"),
        (whole(Decimal("0.078345")), "7.834 ¢"),
        (seconds(71), "1 min 11 s"),
        (seconds(None), "–"),
        (stay(25.4), "25 s"),
        (stay(210), "3.5 min"),
        (changed(106, 100), "+6 %"),
        (changed(85, 100), "−15 %"),
        (changed(5, 0), ""),
        (changed(1000, 1001), "as"),
        (moved(0.1, 0.088), "+1.2 points"),
        (moved(0.1, None), ""),
        (grew(Decimal("0.02"), Decimal("0.04")), "−50 %"),
        (grew(None, 3), ""),
        (grew(3, 0), ""),
    ],
)
def test_figures_read_as_people_write_them(told, words):
    assert plain(told) == words
