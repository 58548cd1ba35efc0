import pytest

from streams.ai.words import spoken_words


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
