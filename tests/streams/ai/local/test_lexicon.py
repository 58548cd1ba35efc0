"""Which words are kind and which angry, in four languages, and what a “not” before them does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.local.lexicon import ANGRY_WORDS, KIND_WORDS, kind_and_angry


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Thank you, that was great", (2, 0)),
        ("this is terrible", (0, 1)),
        ("Muchas gracias, perfecto.", (2, 0)),
        ("Es inaceptable, quiero una queja", (0, 2)),
        ("Merci, c’est parfait", (2, 0)),
        ("Je suis déçu et énervé", (0, 2)),
        ("Danke, das ist großartig", (2, 0)),
        ("Ich bin wütend und möchte kündigen", (0, 2)),
        ("the toll road, my table of content", (0, 0)),
    ],
)
def test_kind_and_angry_words_are_counted(text, found):
    assert kind_and_angry(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I am not happy", (0, 1)),
        ("that wasn't very helpful", (0, 1)),
        ("no problem at all", (0, 0)),
        ("I don't want to cancel", (0, 0)),
        ("No, thank you", (1, 0)),
        ("no thanks", (1, 0)),
        ("it does not work. Great.", (1, 0)),
        ("I could not care about this any more, terrible", (0, 1)),
        ("No estoy muy contenta", (0, 1)),
        ("Je ne suis pas satisfait", (0, 1)),
        ("Ich bin nicht zufrieden", (0, 1)),
        ("Das ist gar nicht schlecht", (0, 0)),
    ],
)
def test_a_not_turns_a_kind_word_and_takes_an_angry_one_away(text, found):
    assert kind_and_angry(text) == found


def test_no_word_is_both():
    assert not KIND_WORDS & ANGRY_WORDS


@given(st.text(max_size=200))
def test_whatever_is_said_is_counted(text):
    assert min(kind_and_angry(text)) >= 0
