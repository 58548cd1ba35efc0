import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.matching import words
from flows.engine.spoken_numbers import DIGIT_WORDS, TEENS, TENS, amount_in, keys_in


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("four double two, oh one", "42201"),
        ("twenty three forty five", "2345"),
        ("one hundred and five", "105"),
        ("4 2 two", "422"),
        ("nineteen eighty", "1980"),
        ("twelve hundred", "1200"),
        ("two thousand and five", "2005"),
        ("twenty oh three", "2003"),
        ("double o seven", "007"),
        ("twenty-three", "23"),
        ("one eight hundred", "1800"),
        ("my number is 40 27", "4027"),
        ("star four pound", "*4#"),
        ("one eight hundred five five five", ""),  # 1800555, or 180555
        ("four and five", ""),
        ("four or five", ""),
        ("one moment", ""),
        ("double twenty", ""),
        ("hundred", ""),
        ("thousand hundred", ""),
        ("٤٢", ""),
        ("", ""),
    ],
)
def test_digits_are_read_one_by_one_in_pairs_and_as_amounts(said, keys):
    assert keys_in(words(said)) == keys


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("about twelve hundred", "1200"),
        ("twelve", "12"),
        ("I think there are 12 of us", "12"),
        ("five people", "5"),
        ("two thousand five hundred and one", "2501"),
        ("two million three hundred thousand", "2300000"),
        ("a hundred", "100"),
        ("a dozen", "12"),
        ("two dozen", "24"),
        ("1,200", "1200"),
        ("$1,200.50", "1200.50"),
        ("three point five", "3.5"),
        ("minus five", "-5"),
        ("-3", "-3"),
        ("minus zero", "0"),
        ("007", "7"),
        ("four two", "42"),
        ("zero", "0"),
        ("twelve fifty", ""),  # 1250, or 12 and 50 cents
        ("five or six", ""),
        ("more than five", ""),
        ("not five", ""),
        ("one moment please", ""),
        ("two and a half", ""),
        ("five thousand thousand", ""),
        ("9" * 16, ""),
        ("my cat", ""),
        ("１２", "12"),
        ("٤٢", ""),  # for a model, which answers in figures that everybody reads
        ("", ""),
    ],
)
def test_an_amount_is_one_number_or_none(said, amount):
    assert amount_in(said) == amount


@given(st.integers(0, 999_999_999))
def test_every_whole_number_in_words_is_read_as_itself(number):
    assert amount_in(in_english(number)) == str(number)


PARTS = st.sampled_from([*TEENS, *DIGIT_WORDS, "hundred", "thousand", "and", "double", "point", "minus", "7"])


@given(st.text(max_size=40) | st.lists(PARTS).map(" ".join))
def test_no_text_raises_and_what_is_read_are_figures(text):
    assert set(keys_in(words(text))) <= set("0123456789*#")
    assert set(amount_in(text)) <= set("0123456789.-")


def in_english(number: int) -> str:
    """A number in British words, with “and”."""
    for worth, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= worth:
            more = number % worth
            joint = " and " if more and more < 100 else " "
            rest = joint + in_english(more) if more else ""
            return f"{in_english(number // worth)} {name}{rest}"
    if number < 10:
        return DIGIT_WORDS[number]
    if number < 20:
        return TEENS[number - 10]
    return TENS[number // 10 - 2] + (f"-{DIGIT_WORDS[number % 10]}" if number % 10 else "")
