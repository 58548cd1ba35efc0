"""The usual texts of all kinds, and of the house, are known in every language that has a table."""

import pytest

from flows.engine.step import REGISTRY, params
from flows.engine.stored_settings import build
from flows.engine.usual_texts import digit_text, usual
from streams.house_texts import HOUSE_TEXTS

OWN_IN_EACH_LANGUAGE = {"For English, press 1."}


@pytest.mark.parametrize("language", ["es-MX", "fr-FR", "de-DE"])
def test_every_usual_text_of_a_kind_is_known(language):
    texts = {
        getattr(build(kind, {}), name)
        for kind, cls in REGISTRY.items()
        for name, about in params(cls).items()
        if about.spoken
    }
    unknown = {text for text in texts - OWN_IN_EACH_LANGUAGE if text and not usual(text, language)}
    assert not unknown
    assert all(usual(text, language) for text in HOUSE_TEXTS)


def test_what_a_builder_wrote_is_not_known():
    assert usual("Welcome to Harbor Dental.", "es-US") == ""
    assert usual("I have", "sv-SE") == ""


def test_digits_keep_their_pause():
    assert [digit_text(text, "fr-CA") for text in ("two", "two,", "Two of them")] == ["deux", "deux,", "Two of them"]
