import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ai.local.summary import LocalSummarizer

CALL = [
    ("line", "For billing, press 1."),
    ("caller", "billing"),
    ("agent", "I am an automated assistant."),
    ("caller", "how long is the warranty of my drill"),
    ("agent", "Three years."),
    ("caller", "agent"),
]


def sum_up(lines, outcome="transferred to Support desk"):
    return LocalSummarizer().sum_up(lines, outcome=outcome)


def test_it_tells_what_was_said_and_how_it_ended():
    summary = sum_up(CALL)
    assert summary.text == (
        "The caller said “how long is the warranty of my drill” and “agent”. The assistant spoke 2 times. "
        "The call ended: transferred to Support desk."
    )
    assert summary.intent == "how long is the warranty of my drill"


def test_it_says_that_it_is_no_ai():
    summary = sum_up(CALL)
    assert summary.written_by == "Scripted summary (no AI)"
    assert [(used.engine, used.quantity) for used in summary.used] == [("local", 1)]


@pytest.mark.parametrize(
    ("said", "mood"),
    [
        ("thank you, that was very helpful", "positive"),
        ("this is terrible and useless, thank you", "negative"),
        ("billing", "neutral"),
        ("THANKS!", "positive"),
        ("badminton greatness", "neutral"),
    ],
)
def test_the_mood_is_a_count_of_words(said, mood):
    assert sum_up([("caller", said)]).mood == mood


def test_the_mood_is_told_from_start_to_end():
    said = ["This is terrible", "I waited long", "oh thank you, great"]
    summary = sum_up([("caller", text) for text in said] + [("agent", "awful")])
    assert (summary.mood_start, summary.mood_end) == ("negative", "positive")
    assert (sum_up([("line", "Hello")]).mood_start, sum_up([("line", "Hello")]).mood_end) == ("", "")


def test_only_the_caller_has_a_mood_and_an_intent():
    summary = sum_up([("line", "Great news, billing is wonderful!"), ("agent", "terrible")])
    assert (summary.mood, summary.intent) == ("neutral", "transferred to Support desk")
    assert summary.text.startswith("The caller did not speak.")


def test_small_words_are_no_intent_but_are_still_told():
    summary = sum_up([("caller", "yes please"), ("caller", "no")])
    assert summary.intent == "transferred to Support desk"
    assert "“yes please” and “no”" in summary.text


def test_endless_texts_are_quoted_in_part():
    assert len(sum_up([("caller", "refund " * 500)]).text) < 400


lines = st.lists(st.tuples(st.sampled_from(["caller", "line", "agent", "nobody"]), st.text()), max_size=12)


@given(lines, st.text())
def test_any_call_has_one_summary_of_few_sentences(said, outcome):
    summary = sum_up(said, outcome)
    assert summary == sum_up(said, outcome)
    assert summary.text
    assert summary.mood in ("positive", "neutral", "negative")
