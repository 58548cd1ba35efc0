"""Telephone numbers as they are typed, compared and shown."""

import pytest
from django.core.exceptions import ValidationError

from flows.numbers import is_of_a_place, masked, same_number, validate_e164


@pytest.mark.parametrize("number", ["+14155550123", "+442071838750", "+493012345678"])
def test_an_ordinary_number_is_taken(number):
    validate_e164(number)


@pytest.mark.parametrize("number", ["", "911", "4155550123", "+1 415 555 0123", "+19005550123", "+1", "+" + "9" * 40])
def test_what_cannot_or_must_not_be_dialled_is_refused(number):
    with pytest.raises(ValidationError):
        validate_e164(number)


def test_a_number_is_the_same_with_and_without_its_plus():
    assert same_number("14155550199") == same_number(" +14155550199 ") == "+14155550199"
    assert same_number("anonymous") == "anonymous"


def test_only_the_last_four_digits_are_shown():
    assert masked("+14155550199") == "••••••••0199"
    assert masked("") == ""


def test_a_freephone_number_and_one_that_is_none_belong_to_no_place():
    assert is_of_a_place("+14155550123")
    assert is_of_a_place("+79161234567")
    assert not any(is_of_a_place(number) for number in ("+18005550142", "+551198765432", "hello"))
