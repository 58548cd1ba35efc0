"""Numbers that callers type: masks, the Luhn check, and how to read one back. Pure."""

import re

from flows.engine.spoken_numbers import DIGIT_WORDS

MASK = re.compile(r"[0-9#\-. /]*[0-9#][\-. /]*\*?|\*")
LARGEST_GROUP = 4  # listeners keep three or four digits in mind at once


def is_digits(text: str) -> bool:
    """True for one or more of 0 to 9."""
    return text.isascii() and text.isdigit()


def is_mask(mask: str) -> bool:
    """True when `mask` is written rightly: # for any digit, digits for themselves, a final * for any that follow."""
    return bool(MASK.fullmatch(mask.strip()))


def mask_length(mask: str) -> tuple[int, bool]:
    """How many digits a mask asks for, and whether more may follow."""
    return len(_places(mask)), mask.strip().endswith("*")


def fits_mask(digits: str, mask: str) -> bool:
    """Whether `digits` has the form of `mask`. Dashes, dots, slashes and spaces in it are for readers only."""
    length, more = mask_length(mask)
    has_length = len(digits) >= length if more else len(digits) == length
    return has_length and all(place in ("#", digit) for place, digit in zip(_places(mask), digits, strict=False))


def _places(mask: str) -> str:
    return re.sub(r"[^0-9#]", "", mask)


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, as on payment cards (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return len(digits) > 1 and sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def groups(digits: str) -> list[str]:
    """Digits in groups of two to four, the longer ones last: 10 digits are 3, 3 and 4."""
    count = -(-len(digits) // LARGEST_GROUP)
    found: list[str] = []
    for left in range(count, 0, -1):
        size = len(digits) // left
        found.append(digits[:size])
        digits = digits[size:]
    return found


def read_out(digits: str) -> list[str]:
    """The texts that read a number aloud: one word a digit, the last of each group with a comma that makes a pause."""
    return [
        DIGIT_WORDS[int(digit)] + ("," if place == len(group) - 1 else "")
        for group in groups(digits)
        for place, digit in enumerate(group)
    ]


def every_digit_text() -> list[str]:
    """Every text that `read_out` can give."""
    return [word + pause for word in DIGIT_WORDS for pause in ("", ",")]
