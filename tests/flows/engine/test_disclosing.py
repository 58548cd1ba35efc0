"""What an AI step says of itself before its greeting."""

import pytest

from flows.engine.disclosing import DISCLOSURE, first_words
from flows.engine.machine import Flow


def flow(**about):
    return Flow(name="Line", start="a", steps={}, exits={}, **about)


@pytest.mark.parametrize(
    "greeting",
    ["I am an AI.", "This is our automated assistant.", "Hi, I'm your virtual helper!", "A robot speaks."],
)
def test_a_greeting_that_says_what_it_is_stands_alone(greeting):
    assert first_words(flow(), greeting) == [greeting]


@pytest.mark.parametrize("greeting", ["Hello.", "Hello, I am Ann. Please wait.", "We aid you."])
def test_any_other_greeting_is_preceded_by_the_disclosure(greeting):
    assert first_words(flow(), greeting) == [DISCLOSURE, greeting]
    assert first_words(flow(discloses_ai=False), greeting) == [greeting]
