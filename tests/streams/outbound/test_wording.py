"""A list in words."""

import re
from datetime import time

import pytest

from streams.models import CallList
from streams.models.outbound import CalleeState
from streams.outbound import wording


@pytest.mark.parametrize(
    ("weekdays", "words"),
    [("0123456", "every day"), ("01234", "Mon–Fri"), ("02", "Mon, Wed"), ("56", "Sat, Sun"), ("3", "Thu")],
)
def test_days_stand_as_people_say_them(weekdays, words):
    row = CallList(weekdays=weekdays, opens=time(9), closes=time(18, 30))
    assert wording.window(row) == f"{words}, 09:00 to 18:30 on their clocks"


def test_counts_read_well_of_one_and_of_many():
    counts = dict.fromkeys(CalleeState.values, 2)
    named = [f"2 {words}" for _, words, _, _ in wording.Progress(14, counts).named]
    assert not [words for words in named if re.search(r"\b(was|wants|is)\b", words)]
    assert "2 opted out" in named


@pytest.mark.parametrize(("minutes", "words"), [(45, "45 min"), (120, "2 h"), (90, "1 h 30 min")])
def test_its_rules_are_sentences(minutes, words):
    said = wording.rules(CallList(minutes=minutes, opens=time(9), closes=time(18), company="Hart"))
    assert any(f"{words} apart" in sentence for sentence in said)
    assert "This is an automated call from Hart." in said[-1]


def test_a_single_call_has_no_rules_of_many():
    said = wording.rules(CallList(by_hand=True, most_attempts=1, opens=time(0), closes=time(23, 59), company="Hart"))
    assert "once, as soon as they may be called" in said[0]
    assert "Answering machines: hang up." in said
    assert not any("apart" in sentence or "in a day" in sentence for sentence in said)
