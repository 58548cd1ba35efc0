"""What a talk was like: each figure on talks made for it, with the places that it rests on."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.listening import talk
from streams.listening.talk import Spoke


def said(*rows):
    """(who, began, ended, text) as utterances, in their order."""
    return [
        Spoke(place=place, who=who, began=began, ended=ended, text=text)
        for place, (who, began, ended, text) in enumerate(rows)
    ]


C, P = "caller", "person"


def test_the_longest_monologue_is_not_broken_by_a_yes():
    spoken = said(
        (C, 0, 2, "hello there friend"), (P, 2, 10, "let me tell you"), (C, 10, 10.5, "yes"), (P, 11, 20, "and more"),
        (C, 20, 23, "I see what"), (P, 24, 26, "good for you"),
    )  # fmt: skip
    assert talk.longest(spoken) == {"who": P, "seconds": 18, "places": [1, 3]}


def test_a_silence_ends_a_monologue():
    spoken = said(
        (C, 0, 4, "an offer please"), (P, 4.5, 5, "yes"), (C, 9, 15, "that is better"), (C, 17, 18, "goodbye")
    )
    assert talk.longest(spoken) == {"who": C, "seconds": 9, "places": [2, 3]}


def test_nothing_said_is_no_monologue():
    assert talk.longest([]) is None


@pytest.mark.parametrize(
    ("began", "ended", "text", "is_one"),
    [
        (4.0, 8.0, "wait a moment", True),  # one second of overlap, then the other stops
        (4.6, 8.0, "wait a moment", True),
        (4.8, 8.0, "wait a moment", False),  # 0.2 s: how people take turns
        (3.5, 8.0, "wait a moment", False),  # the other goes on for longer: both speak
        (4.5, 8.0, "yes", False),
        (4.5, 4.9, "wait a moment", False),  # the other was not stopped by it
    ],
)
def test_an_interruption_is_where_the_other_gives_way(began, ended, text, is_one):
    spoken = said((P, 0, 5, "as I was saying to you"), (C, began, ended, text))
    assert talk.interruptions(spoken) == {C: [1] if is_one else [], P: []}


@pytest.mark.parametrize(
    "text",
    [
        "Really?",
        "what is it",
        "And how much is that",
        "well can you help me",
        "¿Cuándo?",
        "wann kommt er",
        "combien ça",
    ],
)
def test_questions_are_known_with_and_without_a_mark(text):
    assert talk.asks(text)


@pytest.mark.parametrize("text", ["", "what", "can do", "I know what it is", "that is why", "would have been"])
def test_other_sentences_are_no_questions(text):
    assert not talk.asks(text)


def test_silences_are_longer_than_three_seconds_and_know_both_ends():
    spoken = said((C, 0, 2, "a"), (P, 1, 6, "b"), (C, 9, 10, "c"), (P, 13.5, 14, "d"))
    assert talk.silences(spoken) == [{"at": 10, "seconds": 3.5, "places": [2, 3]}]


def test_where_nobody_listened_nobody_can_tell_of_a_silence():
    spoken = said((C, 0, 2, "a"), (P, 6, 7, "b"), (C, 20, 21, "c"), (P, 30, 31, "d"))
    assert [one["at"] for one in talk.silences(spoken, [0.0, 19.0])] == [2, 21]


def test_seconds_count_once_what_overlaps():
    assert talk.seconds(said((C, 0, 4, "a"), (C, 3, 5, "b"), (P, 0, 9, "c"), (C, 8, 9, "d")), C) == 6


@pytest.mark.parametrize(
    ("text", "what", "due"),
    [
        ("Okay, I'll send you the contract by Friday.", "I'll send you the contract by Friday", "by Friday"),
        ("We will get back to you within two days", "We will get back to you within two days", "within two days"),
        ("I’m going to check that", "I’m going to check that", ""),
    ],
)
def test_promises_are_found_by_pattern_with_by_when(text, what, due):
    [promise] = talk.promises(said((P, 0, 1, text)))
    assert (promise.what, promise.due, promise.place) == (what, due, 0)


def test_what_a_caller_says_and_what_is_no_promise_is_none():
    assert (
        talk.promises(said((C, 0, 1, "I will send it"), (P, 1, 2, "I will be honest"), (P, 2, 3, "You will call")))
        == []
    )


def test_moods_go_from_the_first_to_the_last_and_lines_without_words_are_left_out():
    told = [{"who": C, "mood": "negative", "score": -1, "by": "x", "at": n} for n in range(150)]
    found = talk.mood([*told, {"who": C, "mood": "(hidden)"}, {"who": "x", "mood": "neutral"}])
    assert (found[C][0]["at"], found[C][-1]["at"], len(found[C])) == (0, 149, talk.MOST)
    assert list(found) == [C]


TALKS = st.lists(
    st.tuples(st.sampled_from([C, P]), st.floats(0, 900), st.floats(0, 60), st.text(max_size=40)), max_size=25
)


@given(TALKS)
def test_any_talk_has_figures_and_the_same_again(rows):
    spoken = said(*((who, began, began + lasts, text) for who, began, lasts, text in rows))
    found = talk.figures(spoken, [])
    assert json.dumps(found) == json.dumps(talk.figures(spoken[::-1], []))
    talk.promises(spoken)
    whole = max((one.ended for one in spoken), default=0)
    assert 0 <= talk.seconds(spoken, C) <= whole + 0.1


def test_every_figure_is_defined():
    assert {*talk.figures([], []), "share", "promises"} == set(talk.DEFINITIONS)
