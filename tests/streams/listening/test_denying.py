"""When a phrase is denied right before it is said, and when it only looks so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.matching import words
from streams.listening.cues import Lexicon, Watched
from streams.listening.denying import denials

PHRASES = (
    "cancel",
    "lawyer",
    "complaint",
    "close my account",
    "cancelar",
    "queja",
    "résilier",
    "avocat",
    "kündigen",
    "Anwalt",
)
CUE = Watched(key="x", name="X", phrases=PHRASES, when_denied=False)


def is_found(said, language="en-US"):
    return bool(Lexicon([CUE], language).found("caller", said))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-US", "I do not want to cancel."),
        ("en-US", "I don’t want to cancel it"),
        ("en-US", "No, I don't want to have to close my account!"),
        ("en-US", "I am not calling to cancel"),
        ("en-US", "I never wanted to cancel"),
        ("en-US", "it's not a complaint, really"),
        ("en-US", "without a lawyer"),
        ("en-US", "I want nothing cancelled"),
        ("es-ES", "No quiero cancelar."),
        ("en-US", "no quiero cancelar"),  # callers change over in mid-call
        ("es-ES", "no cancelar"),
        ("es-ES", "no quiero tener que cancelar la póliza"),
        ("es-ES", "no tengo ninguna queja"),
        ("fr-FR", "Je ne veux pas résilier"),
        ("fr-FR", "je ne résilie pas"),
        ("fr-FR", "je ne veux pas du tout résilier mon contrat"),
        ("fr-FR", "sans avocat"),
        ("de-DE", "Ich will den Vertrag nicht kündigen"),
        ("de-DE", "ich möchte nicht kündigen"),
        ("de-DE", "ich will keinen Anwalt"),
    ],
)
def test_it_is_denied_right_before(language, said):
    assert not is_found(said, language)
    assert Lexicon([Watched(key="x", name="X", phrases=PHRASES)], language).found("caller", said)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-US", "I want to cancel"),
        ("en-US", "no, cancel it"),
        ("en-US", "no cancel it"),  # the comma after an answer is often lost
        ("en-US", "no I want to cancel"),
        ("en-US", "I am not happy cancel it"),
        ("en-US", "I do not like this so cancel it"),
        ("en-US", "I can't cancel it online"),
        ("en-US", "Do not hang up. Cancel it."),
        ("en-US", "not only cancel, I want my money back"),
        ("en-US", "why don't you cancel it"),
        ("en-US", "I don't want to cancel, no, do cancel it"),
        ("en-US", "I will not stay I want to close my account"),
        ("es-ES", "No, cancelar"),
        ("es-ES", "no me gusta, quiero cancelar"),
        ("fr-FR", "pourquoi ne pas résilier"),
        ("fr-FR", "ça ne va pas je veux résilier"),
        ("de-DE", "Ich kündige nicht"),  # a “not” behind it changes nothing
        ("de-DE", "nicht nur kündigen"),
    ],
)
def test_it_is_not_denied_or_not_surely(language, said):
    assert is_found(said, language)


def test_no_as_an_answer_is_one_in_english_alone():
    assert denials("no cancelar", words("no cancelar"), "es") == [False, True]
    assert denials("no cancelar", words("no cancelar"), "en") == [False, False]
    assert denials("it is no cancel", words("it is no cancel"), "en")[-1]


def test_a_not_far_before_counts_no_more():
    assert not is_found("not to cancel")
    assert is_found("not " + "to " * 20 + "cancel")


@given(st.lists(st.sampled_from([*"abc", "not", "no", ",", ".", "want", "to", "why", "cancel", "’", "don't"])))
def test_each_word_is_told_of_whatever_is_said(said):
    text = " ".join(said)
    told = denials(text, words(text), "en")
    assert len(told) == len(words(text))
    assert is_found(text) == any(word == "cancel" and not no for word, no in zip(words(text), told, strict=True))
