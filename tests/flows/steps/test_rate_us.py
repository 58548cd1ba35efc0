"""Rating: by key or word, on either scale, and by which exit each goes on."""

import pytest

from flows.engine import commands as do
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller

EXITS = {name: name for name in ("good", "fair", "poor", "person", "no-input", "no-match")}
TEN = {"scale": "10", "good_from": 9, "poor_to": 6}


def rating(model=None, **settings):
    exits = EXITS if settings.get("offer_person", True) else {k: v for k, v in EXITS.items() if k != "person"}
    flow = flow_of(
        rate=("rate_us", {"prompt": "How was it?", **settings}, exits),
        **{name.replace("-", "_"): ("say", f"{name}.", "bye") for name in exits},
        bye=("hang_up", "Bye."),
    )
    assert problems(flow) == []
    return Caller(flow, model=model or {})


@pytest.mark.parametrize(
    ("key", "step"), [("5", "good"), ("4", "good"), ("3", "fair"), ("2", "poor"), ("1", "poor"), ("0", "person")]
)
def test_a_key_rates_at_once_and_each_band_has_its_exit(key, step):
    call = rating().presses(key)
    assert call.step == step
    assert call.state.answers == ({} if step == "person" else {"rating": key})


def test_a_rating_is_noted_and_told_to_a_later_assistant():
    call = rating().presses("3")
    assert call.last(do.LogAnswer).answers == {"rating": "3"}
    assert call.state.tried == ("Asked “How was it?”, the caller gave 3 of 5.",)


@pytest.mark.parametrize(
    ("words", "number"),
    [("four", "4"), ("five stars", "5"), ("Three out of five.", "3"), ("I would say a two", "2"), ("a one", "1")],
)
def test_it_can_be_said(words, number):
    assert rating().says(words).state.answers == {"rating": number}


def test_who_asks_for_a_person_gets_one():
    assert rating().says("agent please").step == "person"


def test_words_of_another_kind_are_understood_by_a_model():
    assert rating(model={"it was wonderful": ("5", 0.9)}).says("it was wonderful").step == "good"
    assert rating(model={"it was wonderful": ("12", 0.9)}).says("it was wonderful").step == "rate"


def test_up_to_ten_a_one_waits_for_a_zero():
    assert rating(**TEN).presses("10").state.answers == {"rating": "10"}
    assert rating(**TEN).presses("1").step == "rate"
    assert rating(**TEN).presses("1").waits().state.answers == {"rating": "1"}
    assert rating(**TEN).presses("1#").state.answers == {"rating": "1"}
    assert [rating(**TEN).presses(key).step for key in ("9", "8", "6")] == ["good", "fair", "poor"]
    assert rating(**TEN).says("ten").step == "good"


@pytest.mark.parametrize("keys", ["6", "*", "9"])
def test_what_is_not_on_the_scale_is_asked_again_and_then_given_up(keys):
    call = rating(attempts=2).presses(keys)
    assert call.played == ("Sorry, I did not get that.", "How was it?")
    assert call.presses(keys).hears().step == "no-match"


def test_a_silent_caller_goes_on():
    assert rating(attempts=1).is_silent().hears().step == "no-input"


def test_without_a_person_zero_is_not_on_the_scale():
    assert rating(offer_person=False).presses("0").played[0] == "Sorry, I did not get that."


@pytest.mark.parametrize(
    ("settings", "field"),
    [({"good_from": 6, "poor_to": 5}, "good_from"), ({"poor_to": 4}, "poor_to"), ({"answer": "No!"}, "answer")],
)
def test_bands_that_do_not_fit_the_scale_are_problems(settings, field):
    flow = flow_of(rate=("rate_us", settings, "bye"), bye=("hang_up", "Bye."))
    assert [p.field for p in problems(flow)] == [field]
