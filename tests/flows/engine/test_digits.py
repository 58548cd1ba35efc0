import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.digits import (
    every_digit_text,
    fits_mask,
    groups,
    is_digits,
    is_mask,
    mask_length,
    passes_luhn,
    read_out,
)


@pytest.mark.parametrize("number", ["4539578763621486", "79927398713", "00"])
def test_luhn_passes_a_number_with_its_check_digit(number):
    assert passes_luhn(number)


@pytest.mark.parametrize("number", ["4539578763621487", "79927398710", "0", "", "1"])
def test_luhn_refuses_any_other(number):
    assert not passes_luhn(number)


@given(st.text("0123456789", min_size=2, max_size=20), st.integers(0, 19), st.integers(1, 9))
def test_luhn_finds_every_single_wrong_digit(number, place, slip):
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + slip) % 10) + number[place + 1 :]
    assert not (passes_luhn(number) and passes_luhn(wrong))


@pytest.mark.parametrize(
    ("digits", "mask", "fits"),
    [
        ("123456", "##-####", True),
        ("12345", "##-####", False),
        ("041", "04*", True),
        ("04", "04*", True),
        ("14", "04*", False),
        ("417", "4#7", True),
        ("427", "4# 7", True),
        ("4", "*", True),
        ("", "#", False),
    ],
)
def test_masks(digits, mask, fits):
    assert fits_mask(digits, mask) == fits


@pytest.mark.parametrize("mask", ["##-####", "04*", "#", "12/34", "*"])
def test_a_mask_is_made_of_digits_and_signs(mask):
    assert is_mask(mask)


@pytest.mark.parametrize("mask", ["[0-9]+", "AB##", "--", "*4", "#**", "(#", ""])
def test_anything_else_is_no_mask(mask):
    assert not is_mask(mask)


def test_a_mask_says_how_long_a_number_is():
    assert mask_length("##-####") == (6, False)
    assert mask_length("04*") == (2, True)


@given(st.text("0123456789", max_size=20))
def test_groups_of_two_to_four_hold_every_digit_in_order(digits):
    found = groups(digits)
    assert "".join(found) == digits
    assert all(len(group) <= 4 for group in found)
    assert len(digits) < 2 or all(len(group) >= 2 for group in found)


def test_ten_digits_are_grouped_like_a_telephone_number():
    assert groups("4155550199") == ["415", "555", "0199"]


@given(st.text("0123456789", max_size=20))
def test_every_text_of_a_read_back_was_announced_for_rendering(digits):
    assert set(read_out(digits)) <= set(every_digit_text())


@pytest.mark.parametrize("text", ["", "12a", "٣", "²", "1 2", "-1"])  # noqa: RUF001
def test_only_plain_digits_are_digits(text):
    assert not is_digits(text)
