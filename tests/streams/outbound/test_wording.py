"""A list in words."""

from datetime import time

import pytest

from streams.models import CallList
from streams.outbound import wording


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [("0123456", "every day"), ("01234", "Mon–Fri"), ("02", "Mon, Wed"), ("56", "Sat, Sun"), ("3", "Thu")],
)
def test_days_stand_as_people_say_them(weekdays, words):
    row = CallList(weekdays=weekdays, opens=time(9), closes=time(18, 30))
    assert wording.window(row) == f"{words}, 09:00 to 18:30 on their clocks"


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 min"), (120, "2 h"), (90, "1 h 30 min")])
def test_its_rules_are_sentences(minutes, words):
    said = wording.rules(CallList(minutes=minutes, opens=time(9), closes=time(18), company="Hart"))
    assert any(f"{words} apart" in sentence for sentence in said)
    assert "This is an automated call from Hart." in said[-1]
