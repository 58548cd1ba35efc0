import pytest

from flows.engine.spoken_yes_no import yes_or_no


@pytest.mark.parametrize(
    "said",
    ["yes", "Yeah, sure", "yes please", "yep", "of course", "absolutely", "that is correct", "no problem", "I do"]
    + ["sounds good", "okay", "one", "yes, yes, yes", "exactly"],
)
def test_yes_in_many_ways(said):
    assert yes_or_no(said) == "yes"


@pytest.mark.parametrize(
    "said",
    ["no", "nope", "no thanks", "not really", "of course not", "that's not right", "that is wrong", "I don't"]
    + ["no, that's wrong", "incorrect", "not at all", "two", "absolutely not"],
)
def test_no_in_many_ways(said):
    assert yes_or_no(said) == "no"


@pytest.mark.parametrize(
    "said",
    ["I don't know", "not sure", "yes no", "maybe", "right now", "not wrong", "huh", "yes, I have a question", "three"]
    + ["is that right", "I'd rather not", "my bill", ""],
)
def test_neither_both_and_doubt_are_no_answer(said):
    assert yes_or_no(said) == ""


def test_words_of_little_confidence_are_no_answer():
    assert yes_or_no("yes", 0.3) == ""
