"""Which words raise a mark, and that nothing anybody says or writes breaks it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.listening.cues import Lexicon, Watched

CANCEL = Watched(key="cancel", name="Cancel", phrases=("cancel", "close my account", "Can't pay"), who="caller")
BOSS = Watched(key="boss", name="Boss", phrases=("supervisor", "company policy"))
LEXICON = Lexicon([CANCEL, BOSS])


def found(text, who="caller"):
    return [cue.key for cue in LEXICON.found(who, text)]


@pytest.mark.parametrize(
    "text",
    [
        "I want to cancel.",
        "CANCEL!",
        "He cancelled it twice",
        "they keep canceling",
        "cáncel it",
        "please close   my account,",
        "I cannot; I can’t pay",
        "I do not want to cancel",  # a “not” is for a person to weigh
    ],
)
def test_words_are_found_with_their_common_endings(text):
    assert found(text) == ["cancel"]


@pytest.mark.parametrize("text", ["", " ", "cancellation", "scancel", "close the account", "close my", "can t", "…"])
def test_other_words_are_not(text):
    assert found(text) == []


def test_both_may_say_some_things_and_only_one_of_them_others():
    assert found("cancel it, supervisor", who="person") == ["boss"]
    assert found("two supervisors, company policies", who="caller") == ["boss"]


def test_each_cue_counts_once_in_an_utterance_and_says_by_what():
    assert LEXICON.found("caller", "cancel, close my account, cancel") == {CANCEL: "cancel"}


def test_phrases_without_words_and_no_cues_at_all_find_nothing():
    assert Lexicon([Watched(key="x", name="X", phrases=("…", ""))]).found("caller", "… anything") == {}
    assert Lexicon([]).found("caller", "cancel") == {}


@given(st.text(max_size=300))
def test_whatever_is_said_is_looked_at(text):
    assert set(found(text)) <= {"cancel", "boss"}
    assert found(f"{text} supervisor")[-1:] in (["boss"], ["cancel"])


def test_a_very_long_utterance_is_looked_at_in_no_time():
    began = time.process_time()
    LEXICON.found("caller", "close my " * 500_000)
    assert time.process_time() - began < 0.5
