"""Call back: agreed with a key, on the number of the call or another one that was read back, and never in vain."""

import pytest

from flows.engine import commands as do
from flows.engine.events import CallbackNoted
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller

OFFERED = ("We can call you back on the number that ends in", "zero", "one", "two", "three,")
EXITS = {"asked": "noted", "declined": "not_now", "not-possible": "failed"}
NOTED, SORRY = "Thank you. We will call you back.", "Sorry, we cannot call you back on this number."


def line(exits=None, **settings):
    return flow_of(
        back=("call_back", {"destination": "desk", "about": "A bill", **settings}, exits or EXITS),
        noted=("say", "Noted.", "bye"),
        not_now=("say", "Not now.", "bye"),
        failed=("say", "Failed.", "bye"),
        bye=("hang_up", "Bye."),
    )


def known(call, ok=True):
    return call.feed(CallbackNoted(request="callback", ok=ok, turn=call.state.turn))


def test_callers_hear_the_end_of_their_number_and_agree_with_1():
    call = Caller(line(tries=2, minutes=30, hours="office"))
    assert call.played[0] == OFFERED[0]
    assert (len(call.played), call.last(do.AskForCallback)) == (6, None)
    order = call.hears().presses("1").last(do.AskForCallback)
    assert (order.number, order.about, order.destination, order.hours) == ("", "A bill", "desk", "office")
    assert (order.attempts, order.minutes) == (2, 30)
    assert known(call).played == (NOTED,)
    assert call.hears().step == "noted"


def test_callers_decline_with_2_or_by_silence_and_without_an_exit_go_on_with_the_others():
    assert Caller(line()).presses("2").step == "not-now"
    assert Caller(line()).hears().waits("confirm").hears().waits("confirm").step == "not-now"
    assert Caller(line({"asked": "noted", "not-possible": "failed"})).presses("2").step == "noted"


@pytest.mark.parametrize("why", ["refused", "nobody knows"])
def test_callers_are_told_that_it_was_not_noted(why):
    call = Caller(line()).hears().presses("1")
    call = known(call, ok=False) if why == "refused" else call.waits("limit")
    assert call.played == (SORRY,)
    assert call.hears().step == "failed"


def test_a_hidden_number_is_not_possible_unless_another_may_be_given():
    assert Caller(line(), caller="anonymous").played == (SORRY,)
    call = Caller(line(other_number=True), caller="anonymous")
    assert call.played == ("Please enter the number with its area code, then press pound.",)


def test_another_number_is_read_back_before_it_is_taken_and_never_kept_in_the_log():
    flow = line(other_number=True)
    assert flow.steps["back"].is_secret
    call = Caller(flow).hears().presses("3").hears().presses("4155550177#")
    assert (call.played[0], call.played[-2], call.last(do.AskForCallback)) == ("I have", "seven,", None)
    again = call.hears().presses("2").hears().presses("4155550188#")
    assert again.hears().presses("1").last(do.AskForCallback).number == "4155550188"


def test_a_number_that_is_too_short_is_asked_for_once_more_and_then_given_up():
    call = Caller(line(other_number=True)).hears().presses("3").hears().presses("41#")
    assert call.played[0].startswith("Please enter")
    assert call.hears().presses("4#").played == (SORRY,)


def test_3_means_nothing_where_no_other_number_may_be_given():
    assert Caller(line()).hears().presses("3").commands == []


def test_somebody_to_put_callers_through_to_must_be_chosen():
    assert problems(line(destination=""))
