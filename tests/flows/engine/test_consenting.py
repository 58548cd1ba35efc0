"""Which words are a yes, which a no, and which are neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.consenting import NO, UNCLEAR, YES, LogConsent, answer_in, sayable
from flows.engine.matching import words
from tests.properties import examples


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("yes", "", YES),
        ("sure, go ahead", "en-US", YES),
        ("I don't mind", "en-US", YES),
        ("I agree", "", YES),
        ("no problem", "", YES),
        ("no", "", NO),
        ("I do not agree", "", NO),
        ("No, I don't want that", "en-GB", NO),
        ("please stop recording", "", NO),
        ("nine", "", NO),
        ("what is this", "", ""),
        ("", "", UNCLEAR),
        ("sí, claro", "es-ES", YES),
        ("no, no quiero", "es-MX", NO),
        ("oui", "fr-FR", YES),
        ("je ne suis pas d'accord", "fr-CA", NO),
        ("einverstanden", "de-DE", YES),
        ("da bin ich nicht einverstanden", "de-DE", NO),
    ],
)
def test_what_callers_mean(said, language, meant):
    assert answer_in(said, 0.9, language) == meant


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("what happens if I agree", ""),
        ("are you sure", ""),
        ("It is outrageous", ""),
        ("I would prefer to remain private", ""),
        ("I agree to nothing", ""),
        ("exactly what do you write down", ""),
        ("I have to think", ""),
        ("yes and no", ""),
        ("sind Sie damit einverstanden", "de-DE"),
        ("ja, ich will das aber gar nicht", "de-DE"),
        ("claro que no", "es-ES"),
        ("está de acuerdo", "es-MX"),
        ("bien sûr que non", "fr-FR"),
        ("êtes-vous d'accord", "fr-CA"),
    ],
)
def test_a_yes_within_other_words_is_none(said, language):
    assert answer_in(said, 0.9, language) != YES
    assert answer_in(said, 0.9, language, told=True) != YES


@pytest.mark.parametrize("said", ["I do mind", "yes I mind", "I have a problem with that", "I am against it"])
def test_who_minds_says_no(said):
    assert (answer_in(said, 0.9), answer_in(said, 0.9, told=True)) == (NO, NO)


LANGUAGE = st.sampled_from(["", "en-GB", "es-MX", "fr-FR", "de-DE"])
AROUND = st.text(alphabet="abijnosy '", max_size=12)


@examples(200)
@given(LANGUAGE, AROUND, AROUND, st.booleans(), st.data())
def test_a_no_is_a_no_whatever_stands_around_it(language, before, after, told, data):
    refusing = data.draw(st.sampled_from([each for each in sayable(language) if answer_in(each, 0.9, language) == NO]))
    assert answer_in(f"{before} {refusing} {after}", 0.9, language, told=told) != YES
    if told:
        assert answer_in(f"{before} {refusing} {after}", 0.9, language, told=told) == NO


def test_a_key_in_words_is_an_answer_but_for_a_yes_to_what_was_only_told():
    assert [answer_in(key, 0.9) for key in ("one", "press two", "nine")] == [YES, NO, NO]
    assert [answer_in(key, 0.9, told=True) for key in ("one", "press two", "nine")] == ["", NO, NO]


def test_what_is_hardly_heard_is_unclear():
    assert answer_in("yes", 0.2) == UNCLEAR


@pytest.mark.parametrize("said", ["I'd prefer you didn't, not today", "Das will ich aber gar nicht so", "stop it"])
def test_where_silence_agrees_whatever_may_be_a_no_is_one(said):
    language = "de-DE" if said.startswith("Das") else ""
    assert answer_in(said, 0.9, language, told=True) == NO


def test_a_yes_that_may_be_misheard_is_none_and_a_no_is_one():
    assert [answer_in(said, 0.5) for said in ("yes", "no")] == [UNCLEAR, NO]


@pytest.mark.parametrize("language", ["", "es-ES", "fr-FR", "de-DE"])
def test_a_recogniser_is_given_no_yes_that_sounds_like_a_no(language):
    agreeing = [words(each) for each in sayable(language) if answer_in(each, 0.9, language) == YES]
    assert len(agreeing) == 3
    assert not any({"no", "dont", "not", "wouldnt", "pas", "nicht", "nichts"} & set(each) for each in agreeing)


def test_a_recogniser_is_given_both_answers_in_the_language_of_the_call():
    assert {"yes", "no", "i object"} <= set(sayable())
    assert {"ja", "nein", "nicht einverstanden"} <= set(sayable("de-DE"))
    assert len(sayable("fr-FR")) == len(set(sayable("fr-FR")))


def test_a_line_of_the_log_tells_by_what_or_why():
    assert LogConsent(what="given", by="notice").line == ("consent_given", {"by": "notice"})
    assert LogConsent(what="unproven", why="no word came").line == ("consent_unproven", {"why": "no word came"})
