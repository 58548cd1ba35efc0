"""Words are turned round or left out where that is certain, and else stay as they are."""

import pytest

from flows.practice.rewording import key_last, mentions_key, without_empty_words, without_press_or_say


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Press 1 for billing.", "For billing, press 1."),
        ("Welcome. Press 1 for billing. Press 2 for sales.", "Welcome. For billing, press 1. For sales, press 2."),
        ("Press 1 for billing, or press 2 to hear our prices.", "For billing, press 1. To hear our prices, press 2."),
        ("Please press the star key to go back.", "To go back, press the star key."),
        ("For sales, press 1. Press 0 for a person!", "For sales, press 1. For a person, press 0."),
    ],
)
def test_the_key_comes_last(before, after):
    assert key_last(before) == after


@pytest.mark.parametrize(
    "words",
    [
        "Press 1 for billing, 2 for sales.",
        "Press 1 for billing and payments.",
        "If you are a customer, press 1 for billing.",
        "Press 1 for billing or press 2.",
        "You may press 1 for billing.",
        "Press 1 for billing if you have an invoice.",
        "Press 1 for orders that were placed within the last thirty days by phone.",
    ],
)
def test_a_sentence_with_more_to_it_is_left_to_people(words):
    assert key_last(words) is None


def test_empty_sentences_are_left_out_and_others_stay():
    said = "Hart Tools. Please listen carefully, as our menu options have changed. What is it about?"
    assert without_empty_words(said) == "Hart Tools. What is it about?"
    assert without_empty_words("Your call is very important to us.") is None
    assert without_empty_words("Visit www.example.com.") is None
    assert without_empty_words("Your call is important to us, so press 1.") is None


def test_press_or_say_becomes_press():
    assert without_press_or_say("Press or say 1. For more, say or press 2.") == "Press 1. For more, press 2."


def test_a_key_is_mentioned_as_a_figure_or_a_word():
    assert mentions_key("Press 0.", "0")
    assert mentions_key("Or zero.", "0")
    assert mentions_key("Then the pound key.", "#")
    assert not mentions_key("Within 10 days.", "0")
