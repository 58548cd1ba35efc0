import pytest

from streams.ai.words import heard_of, spoken_words

TEXT = "one two three four"


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Technical Support!", "technical support"),
        ("that’s all", "that's all"),
        ("press 42", "press four two"),
        ("Café & Co.", "cafe and co"),
        ("24/7", "two four seven"),
        ("e-mail", "e mail"),
        ("'' -- …", ""),
        ("日本語", ""),
    ],
)
def test_a_text_as_it_is_said(text, spoken):
    assert " ".join(spoken_words(text)) == spoken


@pytest.mark.parametrize(
    ("heard_ms", "whole_ms", "heard"),
    [(0, 400, ""), (100, 400, "one"), (199, 400, "one"), (399, 400, "one two three"), (400, 400, TEXT), (0, 0, "")],
)
def test_what_was_heard_of_a_text_is_whole_words_counted_by_time(heard_ms, whole_ms, heard):
    assert heard_of(TEXT, heard_ms, whole_ms) == heard
