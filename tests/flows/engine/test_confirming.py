"""What every question with a read-back does alike: one for digits, one for a number of things."""

import pytest

from flows.engine import commands as do
from flows.engine.confirming import Confirming
from flows.steps import REGISTRY
from tests.builders import flow_of
from tests.scripted_call import Caller

KINDS = sorted(kind for kind, cls in REGISTRY.items() if issubclass(cls, Confirming))
SETTINGS = {"collect_digits": {"fewest": 2, "most": 2}, "ask": {"wants": "number", "read_back_before": "I have"}}
BEFORE, AFTER = "I have", "Right?"


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def confirming(kind, *, model=None, **settings):
    given = {"prompt": "How many?", "answer": "many", "read_back": True, "read_back_after": AFTER}
    flow = flow_of(ask=(kind, given | SETTINGS[kind] | settings, "bye"), bye=("hang_up", "Bye."))
    return Caller(flow, model=model).says("forty two")


def test_the_answer_is_read_back(kind):
    assert confirming(kind).played[0] == BEFORE
    assert confirming(kind).played[-1] == AFTER


@pytest.mark.parametrize("yes", ["yes", "sure", "that's right", "one", "of course", "sounds good"])
def test_every_way_to_say_yes_keeps_it(kind, yes):
    call = confirming(kind).says(yes)
    assert call.state.answers == {"many": "42"}
    assert call.step is None or call.step == "bye"


@pytest.mark.parametrize("no", ["no", "of course not", "that's wrong", "two", "not at all"])
def test_every_way_to_say_no_asks_again(kind, no):
    call = confirming(kind).says(no)
    assert call.played == ("How many?",)
    assert call.state.answers == {}


def test_other_words_are_asked_of_a_model_as_yes_or_no_to_what_was_read(kind):
    asked = confirming(kind).says("you could say so").last(do.Understand)
    assert (asked.wants, asked.said) == ("yes-no", "you could say so")
    assert asked.asked.startswith(BEFORE)
    assert asked.asked.endswith(AFTER)


@pytest.mark.parametrize(("answer", "kept"), [("yes", {"many": "42"}), ("no", {}), ("42", {}), ("", {})])
def test_only_a_yes_of_the_model_keeps_it(kind, answer, kept):
    assert confirming(kind).says("you could say so").model_answers(answer, 0.9).state.answers == kept


def test_doubt_reads_it_again(kind):
    assert confirming(kind).says("you could say so").model_answers("yes", 0.4).played[0] == BEFORE
    assert confirming(kind).says("yes", 0.2).played[0] == BEFORE


@pytest.mark.parametrize("person", [lambda c: c.presses("0"), lambda c: c.says("an agent please")])
def test_a_person_is_there_during_the_read_back(kind, person):
    assert person(confirming(kind)).way == [("ask", "person")]


def test_without_a_person_zero_is_no_answer_to_the_read_back(kind):
    assert confirming(kind, offer_person=False).presses("0").played[0] == BEFORE


def test_silence_reads_it_again_and_then_leaves(kind):
    call = confirming(kind, attempts=2).is_silent()
    assert call.played[0] == BEFORE
    assert call.is_silent().hears().way == [("ask", "no-input")]
    assert "did not confirm it" in call.state.tried[0]
