"""Numbers in what was said are hidden, however they are written or spoken; other words stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.spoken_numbers import DIGIT_WORDS
from streams.sharing.number_words import FILLERS, REPEATS, SCALES, VALUES
from streams.sharing.scrub import HIDDEN, in_a_row, numbers_in, scrub
from tests.properties import examples

GERMAN = "null eins zwei drei vier fünf sechs sieben acht neun".split()  # noqa: SIM905
FRENCH = "zéro un deux trois quatre cinq six sept huit neuf".split()  # noqa: SIM905


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("My number is +1 (415) 555-0142, thanks", "My number is •••, thanks"),
        ("it's four one five, five five five, oh one four two", "it's •••"),
        ("order four seven one one double oh nine please", "order ••• please"),
        ("card 4111 1111 1111 1111 exp 12/27", "card ••• exp •••"),
        ("four dash one uh five it is", "••• it is"),
        ("my code is forty two seventeen", "my code is •••"),
        ("mein Code ist vier zwei null", "mein Code ist •••"),
        ("zweiundvierzig siebzehn bitte", "••• bitte"),
        ("mon numéro: zéro six quarante-deux dix-sept", "mon numéro: •••"),
        ("policy AB1234X", "policy AB•••X"),
        ("plate A1B2C3 here", "plate A••• here"),
        ("٤١٥٥٥٥ or 四一五五", "••• or •••"),
    ],
)
def test_a_number_is_hidden(said, shown):
    assert scrub(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "",
        "my drill arrived broken",
        "about two years ago",
        "For billing, press 1. For technical support, press 2. For sales, press 3. Or just say it.",
        "I have one question for two people",
        "Rate us from 1 to 5.",
        "one moment, please",
    ],
)
def test_other_words_stay(said):
    assert scrub(said) == said


@pytest.mark.parametrize("said", ["4", "one", "forty two", "4, 1", "uh five"])
def test_a_number_that_is_said_piece_by_piece_is_hidden_too(said):
    assert scrub(said) == HIDDEN


def test_what_was_typed_is_hidden_however_short():
    assert scrub("You typed 42, right?") == "You typed 42, right?"
    assert scrub("You typed 42, right?", known={"42"}) == "You typed •••, right?"
    assert scrub("So forty two it is", known={"42"}) == "So ••• it is"


def test_numbers_are_read_as_digits():
    assert numbers_in("double four seven, and forty two") == {"44742"}
    assert numbers_in("order 4711") == {"4711"}
    assert in_a_row("12#345*") == {"12", "345"}


def spoken(digits, words):
    return [words[int(digit)] for digit in digits]


WRITTEN = {
    "figures": lambda digits: list(digits),
    "English": lambda digits: spoken(digits, DIGIT_WORDS),
    "German": lambda digits: spoken(digits, GERMAN),
}
numbers = st.text("0123456789", min_size=3, max_size=16)
gaps = st.sampled_from(["", " ", "-", ", ", " - ", ". ", " uh ", " dash "])


@examples(150)
@given(
    numbers, st.sampled_from(sorted(WRITTEN)), st.lists(gaps, min_size=16, max_size=16), st.sampled_from(["", "It is "])
)
def test_no_digit_of_a_number_remains(number, language, between, before):
    pieces = WRITTEN[language](number)
    between = [gap or ("" if language == "figures" else " ") for gap in between]
    said = before + "".join(piece + gap for piece, gap in zip(pieces, between, strict=False)) + "thanks"
    shown = scrub(said)
    assert not re.search(r"\d", shown)
    assert not {word.casefold() for word in re.findall(r"\w+", shown)} & {*DIGIT_WORDS, *GERMAN} - {""}
    assert shown.startswith(before)
    assert shown.endswith("thanks")


@examples(100)
@given(st.text(max_size=60))
def test_any_text_is_scrubbed_and_twice_is_as_once(text):
    once = scrub(text)
    assert scrub(once) == once
    assert not re.search(r"[0-9]{3}", once)


def test_the_words_do_not_overlap():
    assert not set(VALUES) & (FILLERS | SCALES | set(REPEATS))


def test_french_digits_are_words_of_numbers():
    said = " ".join(FRENCH)
    assert scrub(f"oui {said} merci") == "oui ••• merci"
