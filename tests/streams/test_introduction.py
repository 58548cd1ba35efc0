import pytest

from flows.engine.commands import AT_ANY_TIME, NEVER, StartAgent
from flows.engine.machine import Flow
from streams.house_texts import DISCLOSURE
from streams.introduction import briefed, first_words


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


def test_the_voice_of_the_step_comes_before_the_voice_of_the_flow():
    assert briefed(StartAgent(voice="anna"), flow(voice="sam"), []).voice == "anna"
    assert briefed(StartAgent(), flow(voice="sam"), []).voice == "sam"


def test_the_engine_is_told_whether_callers_may_interrupt():
    assert briefed(StartAgent(), flow(), []).interruption == AT_ANY_TIME
    assert briefed(StartAgent(interruption=NEVER), flow(), []).interruption == NEVER
