"""Which words raise a mark, and that nothing anybody says or writes breaks it."""

import time
from dataclasses import replace

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
        "I do not want to cancel",  # a “not” is for a person to weigh, unless the cue says otherwise
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


def test_a_cue_that_says_so_is_not_found_where_it_is_denied_and_others_are():
    sure = Watched(key="sure", name="Sure", phrases=CANCEL.phrases, when_denied=False)
    lexicon = Lexicon([sure, CANCEL, BOSS])
    assert list(lexicon.found("caller", "I do not want to cancel")) == [CANCEL]
    assert list(lexicon.found("caller", "I do not want to cancel, supervisor")) == [CANCEL, BOSS]
    assert lexicon.found("caller", "not cancel, but close my account") == {CANCEL: "cancel", sure: "close my account"}


def test_each_cue_counts_once_in_an_utterance_and_says_by_what():
    assert LEXICON.found("caller", "cancel, close my account, cancel") == {CANCEL: "cancel"}


def test_phrases_without_words_and_no_cues_at_all_find_nothing():
    assert Lexicon([Watched(key="x", name="X", phrases=("…", ""))]).found("caller", "… anything") == {}
    assert Lexicon([]).found("caller", "cancel") == {}


@given(st.text(max_size=300))
def test_whatever_is_said_is_looked_at(text):
    assert set(found(text)) <= {"cancel", "boss"}
    assert found(f"{text} supervisor")[-1:] in (["boss"], ["cancel"])


@pytest.mark.parametrize("when_denied", [True, False])
def test_a_very_long_utterance_is_looked_at_in_no_time(when_denied):
    lexicon = Lexicon([replace(CANCEL, when_denied=when_denied)])
    began = time.process_time()
    lexicon.found("caller", "close my " * 500_000)
    lexicon.found("caller", "not cancel " * 500_000)
    assert time.process_time() - began < 0.5
