"""Which rows of digits tell when, how many or how much, by their whole form and by the words around them."""

import pytest

from streams.sharing import harmless_words
from streams.sharing.harmless import Form, asks_for_a_secret, dates_with_years, form_of, of_birth


def form(said):
    """That of the row between the brackets."""
    before, _, rest = said.partition("[")
    row, _, behind = rest.partition("]")
    return form_of(before + row + behind, len(before), len(before + row))


@pytest.mark.parametrize(
    "said",
    [
        "[10:30] am",
        "[3] p.m.",
        "[9 to 11] am",
        "[10:30-11:30] pm",
        "at [10:30]",
        "tomorrow, [10:30]",
        "between [10:30 and 11:30]",
        "jusqu'a [10h30]",
        "[10.30] uhr",
        "[14 h 30] du soir",
        "may [14, 10:30] am",
        "[14 to 16] may",
        "$[120]",
        "[5,99] euros",
        "[20 to 30] dollars",
        "[10 a 15] minutos",
        "[2] tickets",
        "the [4]th of may",
        "may [4]",
    ],
)
def test_what_stands_beside_it_says_what_it_is(said):
    assert form(said) is Form.MARKED


@pytest.mark.parametrize("said", ["it is [10:30]", "[10h30] s'il vous plait", "[0:05]."])
def test_a_clock_time_alone_is_one_that_nothing_marks(said):
    assert form(said) is Form.BARE


@pytest.mark.parametrize(
    "said",
    [
        "[4711]",
        "[42]",
        "[10.30] am",
        "[1030] am",
        "[10:30 11:30] here",
        "[10:30 and 11:30] here",
        "[24:00]",
        "#[10:30]",
        "[10:30]x",
        "[12-30] am i right",
        "[10.30] am i right",
        "$[1,250]",
        "$[12]k",
        "[1250] euros",
        "[120] tickets",
        "[32 to 34] may",
        "the code is [10:30] am",
        "[10:30] am is the pin",
        "account [10:30]",
        "born at [10:30] am",
    ],
)
def test_anything_else_may_be_anything(said):
    assert form(said) is Form.NONE


@pytest.mark.parametrize(
    "said",
    [
        "what is your pin?",
        "el numero de su tarjeta",
        "votre mot de passe",
        "ihre kundennummer",
        "your date of birth",
        "wann sind sie geboren",
    ],
)
def test_a_question_for_a_secret_is_known_in_each_language(said):
    assert asks_for_a_secret(said)


def test_other_questions_ask_for_none():
    assert not asks_for_a_secret("when shall we come, and for how many people?")


def test_a_birth_counts_right_before_a_figure():
    said = "i was born on 4 may" + " and then" * 10
    assert of_birth(said, said.index("4"))
    assert not of_birth(said, len(said))


def test_a_date_with_its_year_is_found_and_one_without_is_not():
    said = "4 may 1980 or may 5, 81."
    assert [said[start:end] for start, end in dates_with_years(said)] == ["4 may 1980", "5, 81"]
    assert dates_with_years("4 may 10:30, 4. mai 10.30 uhr, 4 may 12 people") == []


@pytest.mark.parametrize("name", [name for name in vars(harmless_words) if name.isupper()])
def test_the_words_are_written_as_they_are_looked_up(name):
    words = getattr(harmless_words, name)
    written = " ".join(words) if isinstance(words, frozenset) else words
    assert written == written.lower()
    assert not set(written) - set("’€£") - set(map(chr, range(128)))
