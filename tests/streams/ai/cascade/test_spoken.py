import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.cascade.spoken import MS_A_LETTER, Spoken


def spoken(*sentences, last_is_whole=True):
    """Sentences with 100 ms of sound a letter."""
    turn = Spoken()
    for sentence in sentences:
        turn.begin(sentence)
        turn.add(len(sentence) * 800)
        if last_is_whole or sentence != sentences[-1]:
            turn.end()
    if last_is_whole:
        turn.finish()
    return turn


@pytest.mark.parametrize(
    ("heard_ms", "line"),
    [
        (0, ""),
        (299, ""),
        (300, "One —"),
        (799, "One —"),
        (800, "One two. —"),
        (1500, "One two. Three —"),
        (1599, "One two. Three —"),
        (1999, "One two. Three four —"),
    ],
)
def test_only_what_was_heard_is_kept_to_the_word(heard_ms, line):
    turn = spoken("One two.", "Three four five.")
    turn.cut(heard_ms)
    assert turn.line == line


def test_a_turn_heard_to_its_end_is_not_cut():
    turn = spoken("One two.")
    turn.cut(800)
    assert (turn.line, turn.was_cut) == ("One two.", False)


def test_the_first_cut_counts():
    turn = spoken("One two.")
    turn.cut(400)
    turn.cut(0)
    assert turn.text == "One"


def test_a_sentence_whose_sound_is_not_all_there_is_measured_by_its_letters():
    turn = Spoken()
    turn.begin("One two three four.")
    turn.add(MS_A_LETTER * 8 * 8)
    turn.cut(10**6)
    assert turn.text == "One two"


def test_where_letters_are_words_it_is_cut_between_letters():
    turn = spoken("九点开门。")
    turn.cut(200)
    assert turn.text == "九点"


def test_without_sound_nothing_was_said():
    turn = Spoken()
    turn.begin("One")
    assert (turn.text, turn.ms) == ("", 0)


@given(st.lists(st.text(min_size=1, max_size=30), max_size=5), st.integers(0, 20_000), st.booleans())
def test_never_more_than_was_heard_and_always_a_beginning(sentences, heard_ms, whole):
    turn = spoken(*sentences, last_is_whole=whole)
    everything = turn.text
    turn.cut(heard_ms)
    assert everything.startswith(turn.text)
    assert len(turn.text) * 100 <= heard_ms + 100 * len(sentences)
