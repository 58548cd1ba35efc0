import pytest
from hypothesis import given
from hypothesis import strategies as some

from streams.ai.as_written import says_the_same


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("For billing, press 1.", "For billing, press one."),
        ("For billing, press 1.", "for billing press 1"),
        ("We are open 24 hours.", "We are open twenty-four hours."),
        ("Your code is 4 1 1 9.", "Your code is four, one, one, nine."),
        ("Call extension 105.", "Call extension one hundred five."),
        ("We open at 9:30.", "We open at nine thirty."),
        ("It is 1,250 steps away.", "It is one thousand two hundred fifty steps away."),
        ("Dr. Smith’s office is closed at the moment, please call again.",
         "Doctor Smith's office is closed at the moment, please call again."),
        ("It costs $5.50, and we open at 9 a.m.", "It costs five dollars and fifty cents and we open at nine AM."),
        ("Press # to end on the 1st.", "Press pound to end on the first."),
        ("Only 50% of 12,040.", "Only fifty percent of twelve thousand and forty."),
        ("Presione 1 para español.", "Presione 1 para espanol"),
        ("請按 1", "請按 1"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_same_words_are_the_same_however_they_are_spelled(asked, said):
    assert says_the_same(asked, said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("For billing, press 1.", "For billing, press two."),
        ("For billing, press 1.", "Sure! I can help you with billing."),
        ("For billing, press 1.", "For billing, press 1. Is there anything else I can do for you today?"),
        ("For billing, press 1. For sales, press 2.", "For billing, press 1."),
        ("We are closed.", "We are open."),
        ("If you do not agree, please stay on the line and somebody will be with you in a moment, thank you.",
         "If you do agree, please stay on the line and somebody will be with you in a moment, thank you."),
        ("Press 1 or 2.", "Press one two."),
        ("We are closed.", ""),
        ("Your code is 4119.", "Your code is 4191."),
    ],
)  # fmt: skip
def test_anything_else_is_something_else(asked, said):
    assert not says_the_same(asked, said)


@given(some.text(max_size=80), some.text(max_size=80))
def test_no_text_breaks_it_and_each_is_itself(one, other):
    assert says_the_same(one, one)
    assert says_the_same(one, other) in (True, False)


@given(some.integers(0, 9999))
def test_a_number_is_itself_in_figures_and_digit_by_digit(number):
    words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    spelled = " ".join(words[int(digit)] for digit in str(number))
    assert says_the_same(f"Press {number} now.", f"Press {spelled} now.")
