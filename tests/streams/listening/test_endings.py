"""How words of cues are bent in other languages than English."""

import pytest

from streams.listening.cues import Lexicon, Watched
from streams.listening.endings import ENDINGS, bent

SAID = {
    "es": ("cancelar\nreembolso", "quiero que cancelen mi cuenta", "dos reembolsos, por favor"),
    "fr": ("résilier\nremboursement", "J’ai résilié mon contrat", "les remboursements"),
    "de": ("kündigen\nAnwalt", "Ich habe gekündigt", "Ich kündige jetzt"),
}


@pytest.mark.parametrize("language", SAID)
def test_a_word_is_found_as_it_is_bent_in_the_language_of_the_call(language):
    phrases, *sentences = SAID[language]
    cue = Watched(key="x", name="X", phrases=tuple(phrases.splitlines()))
    for sentence in sentences:
        assert Lexicon([cue], f"{language}-XX").found("caller", sentence), sentence
    assert not Lexicon([cue], "en-US").found("caller", sentences[0])


def test_english_endings_count_in_every_language_and_others_only_in_their_own():
    cue = Watched(key="x", name="X", phrases=("manager", "cancel"))
    assert Lexicon([cue], "fr-FR").found("caller", "they cancelled it")
    assert not Lexicon([cue], "en-US").found("caller", "I can manage")


def test_a_short_stem_is_not_bent():
    assert bent("dar", "es") == {"dar", "dars", "dares"}
    assert bent("cancel", "en") == {"cancel"}


def test_every_form_rests_on_its_stem():
    for table in ENDINGS.values():
        assert all("~" in form for ending in table for form in ending.forms)
