"""Numbers in what was said are hidden, however they are written or spoken; other words stay."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.spoken_numbers import DIGIT_WORDS
from streams.sharing.number_words import FILLERS, REPEATS, SCALES, VALUES
from streams.sharing.scrub import HIDDEN, bare_times, in_a_row, numbers_in, plain, scrub, secrets_in
from tests.properties import examples
from tests.streams.sharing.planted import left_of, planted

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


@pytest.mark.parametrize(
    "said",
    [
        "10:30",
        "Is 10:30 or 11:30 better?",
        "We open at 9:05 am and close at 5:30 p.m.",
        "between 10:30 and 11:45, from 9 to 11 am, half past 3 or 3 pm",
        "10:30 a.m. to 11:30 a.m.",
        "the 4th of May, May 14, 10:30 am, or from 14 to 16 May",
        "2 tickets, please, in 15 minutes, or in 10 to 15 minutes",
        "$20, please; that is $120 in all, or £5.99",
        "$20",
        "call me on my number at 10:30 am",
        "mañana a las 10:30, el 12 de mayo, 2 entradas a 120 euros",
        "a las 10:30 de la mañana, entre 10 y 15 minutos",
        "demain à 10h30, ou à 14 h 15, le 1er mai, 2 billets à 120 €",
        "de 10:30 à 11:45 heures",
        "am 12. Mai um 10:30 Uhr, oder 10.45 Uhr, 2 Karten zu 120 Euro",
        "Dienstag, 10:30, in 15 Minuten",
    ],
)
def test_times_days_counts_and_amounts_stay(said):
    assert scrub(said) == said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("my PIN is 12:34", "my PIN is •••"),
        ("12:34 is my PIN", "••• is my PIN"),
        ("the password, hold on, it's 12:34", "the password, hold on, it's •••"),
        ("the number is 12:34, at home", "the number is •••, at home"),
        ("mi clave es 12:34", "mi clave es •••"),
        ("mon mot de passe : 12h34", "mon mot de passe : •••"),
        ("mein Zugangscode ist 12:34", "mein Zugangscode ist •••"),
        ("Kundennummer 12:34", "Kundennummer •••"),
        ("plate 10H30", "plate •••"),
        ("12:34 okay 15:16 okay 17:18", "••• okay ••• okay •••"),
        ("12:34 okay 5678", "••• okay •••"),
        ("12:34:56", "•••"),
        ("it is 12:34 56", "it is •••"),
        ("it is 12:34 uh um er 56", "it is ••• uh um er 56"),
        ("come at 12:34 ------ 56", "come at ••• ------ 56"),
        ("12:34 56 tickets", "••• tickets"),
        ("4 1 2 2 tickets", "••• tickets"),
        ("41 22 10 minutes", "••• minutes"),
        ("12-34 pm", "••• pm"),
        ("1030 am", "••• am"),
        ("ten thirty am", "••• am"),
        ("10.30 here", "••• here"),
        ("25:30 here", "••• here"),
        ("10:61 here", "••• here"),
        ("policy AB10:30", "policy AB•••"),
        ("it costs $1,250 or 1250 euros", "it costs $••• or ••• euros"),
        ("I paid $4111 1111", "I paid $•••"),
        ("500 people", "••• people"),
    ],
)
def test_what_looks_like_one_and_may_be_a_secret_is_hidden(said, shown):
    assert scrub(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("on 4 May 1980", "on •••"),
        ("May 4th, 1980, it was", "May •••, it was"),
        ("el 12 de mayo de 1980", "el •••"),
        ("am 4. Mai 1980", "am •••"),
        ("on the 4th of May ’80.", "on the •••."),
        ("I was born on 4 May", "I was born on ••• May"),
        ("je suis né le 4 mai", "je suis né le ••• mai"),
        ("geboren am 4. Mai", "geboren am •••. Mai"),
        ("nací el 4 de mayo, en el 80", "nací el ••• de mayo, en el •••"),
        ("my date of birth: 10:30", "my date of birth: •••"),
    ],
)
def test_a_day_goes_where_somebody_may_have_been_born_on_it(said, shown):
    assert scrub(said) == shown


def test_a_time_goes_where_its_digits_were_typed_alone_or_within_more():
    said = "So at 10:30 am, then"
    assert scrub(said, known={"1030"}) == scrub(said, known={"4110305"}) == "So at ••• am, then"
    assert scrub(said, known={"30", "77"}) == said


def test_nothing_is_kept_where_that_is_asked():
    assert scrub("at 10:30 am, $120", keeps=False) == "at ••• am, $•••"


def test_numbers_that_may_be_secrets_are_told():
    assert secrets_in("4711, that is 12 people at 10:30 am, so 12:34") == {"4711", "1234"}


def test_times_that_nothing_marks_are_told():
    assert bare_times("It's 12:34, at 10:30, or 9:05 pm, 4711") == {"1234"}


def test_the_plain_text_has_each_sign_in_its_place():
    said = "Ünïcode İß ½ ４ mañana"
    assert len(plain(said)) == len(said)
    assert plain(said).startswith("unicode")


@examples(600)
@given(planted())
def test_no_planted_secret_survives_among_times_and_words(plant):
    assert left_of(plant, scrub(plant.said)) == ""


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
    assert not re.search(r"[0-9]{4}", once)
    assert not re.search(r"[0-9]{3}", re.sub(r"[$€£]\s?[0-9]{3}|[0-9]{3}\s?[$€£]", "", once))


def test_the_words_do_not_overlap():
    assert not set(VALUES) & (FILLERS | SCALES | set(REPEATS))


def test_french_digits_are_words_of_numbers():
    said = " ".join(FRENCH)
    assert scrub(f"oui {said} merci") == "oui ••• merci"
