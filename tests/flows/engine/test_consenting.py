"""Which words are a yes, which a no, and which are neither."""

import pytest

from flows.engine.consenting import NO, UNCLEAR, YES, LogConsent, answer_in, sayable


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


def test_what_is_hardly_heard_is_unclear():
    assert answer_in("yes", 0.2) == UNCLEAR


@pytest.mark.parametrize("said", ["I'd prefer you didn't, not today", "Das will ich aber gar nicht so", "stop it"])
def test_where_silence_agrees_whatever_may_be_a_no_is_one(said):
    language = "de-DE" if said.startswith("Das") else ""
    assert answer_in(said, 0.9, language, told=True) == NO


def test_a_recogniser_is_given_both_answers_in_the_language_of_the_call():
    assert {"yes", "no", "i object"} <= set(sayable())
    assert {"ja", "nein", "nicht einverstanden"} <= set(sayable("de-DE"))
    assert len(sayable("fr-FR")) == len(set(sayable("fr-FR")))


def test_a_line_of_the_log_tells_by_what_or_why():
    assert LogConsent(what="given", by="notice").line == ("consent_given", {"by": "notice"})
    assert LogConsent(what="unproven", why="no word came").line == ("consent_unproven", {"why": "no word came"})
