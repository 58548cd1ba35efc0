import pytest

from flows.engine import commands as do
from flows.engine.events import DigitPressed, TextOrdered
from flows.engine.problems import problems
from tests.builders import flow_of
from tests.scripted_call import Caller

ASKED = "Press 1 to get it as a text message. To go on without it, press 2."
ON_ITS_WAY, SORRY = "The text message is on its way.", "Sorry, we cannot send a text message to your number."
EXITS = {"sent": "sent", "declined": "not_now", "not-sent": "failed"}


def line(exits=None, **settings):
    return flow_of(
        number=("collect_digits", {"prompt": "Number?", "answer": "order", "fewest": 4, "most": 4}, "text"),
        text=("send_text", {"text": "Order [order] is ready.", **settings}, exits or EXITS),
        sent=("say", "Sent.", "bye"),
        not_now=("say", "Not now.", "bye"),
        failed=("say", "Failed.", "bye"),
        bye=("hang_up", "Bye."),
    )


def line_spec():
    return ("send_text", {"text": "Hello."}, "bye")


def at_text(flow=None, **call):
    return Caller(flow or line(), **call).presses("4711")


def known(call, ok=True, request="text"):
    return call.feed(TextOrdered(request=request, ok=ok, turn=call.state.turn))


def test_callers_are_asked_and_agree_with_1():
    call = at_text()
    assert (call.played, call.last(do.SendText)) == ((ASKED,), None)
    call.hears().presses("1")
    assert call.last(do.SendText).text == "Order 4711 is ready."
    assert known(call).played == (ON_ITS_WAY,)
    assert call.hears().step == "sent"


def test_callers_decline_with_2_or_by_silence_after_the_second_question():
    assert at_text().presses("2").step == "not-now"
    call = at_text().hears().waits("confirm")
    assert call.played == (ASKED,)
    assert call.hears().waits("confirm").step == "not-now"


def test_without_an_exit_of_their_own_those_who_decline_go_on_with_the_others():
    assert at_text(line({"sent": "sent", "not-sent": "failed"})).presses("2").step == "sent"


def test_who_asked_for_it_just_before_is_not_asked_again():
    call = at_text(line(asked_before=True))
    assert call.last(do.SendText).text == "Order 4711 is ready."
    assert ASKED not in call.played


@pytest.mark.parametrize("why", ["refused", "nobody knows"])
def test_callers_are_told_that_it_could_not_be_sent(why):
    call = at_text().presses("1")
    call = known(call, ok=False) if why == "refused" else call.waits("limit")
    assert call.played == (SORRY,)
    assert call.hears().step == "failed"


def test_a_hidden_number_is_not_even_asked():
    call = at_text(caller="anonymous")
    assert call.played == (SORRY,)
    assert call.last(do.SendText) is None


def test_a_key_pressed_ahead_or_before_the_question_was_heard_agrees_to_nothing():
    spoken = flow_of(hi=("say", {"text": "Hi.", "barge_in": False}, "text"), text=line_spec(), bye=("hang_up", "Bye."))
    ahead = Caller(spoken).presses("1").hears()
    assert (ahead.step, ahead.played, ahead.last(do.SendText)) == ("text", (ASKED,), None)
    early = at_text().feed(DigitPressed(digit="1", early=True))
    assert (early.step, early.last(do.SendText)) == ("text", None)


def test_the_same_words_have_one_name_in_a_call_and_others_another():
    one, same, other = (Caller(line(asked_before=True)).presses(keys) for keys in ("4711", "4711", "4712"))
    names = [call.last(do.SendText).name for call in (one, same, other)]
    assert names[0] == names[1] != names[2]
    assert all(name.startswith("Text message · ") and len(name) <= 40 for name in names)


def test_nobody_gets_more_than_three_in_a_call():
    flow = flow_of(
        text=("send_text", {"text": "Hello.", "asked_before": True, "sent_text": ""}, {"sent": "m", ...: "bye"}),
        m=("menu", "Again is 1.", {"1": "text", ...: "bye"}),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow)
    for _ in range(3):
        known(call).presses("1")
    assert (call.step, call.last(do.SendText)) == ("text", None)


def test_a_good_line_has_no_problems_and_a_marker_of_nothing_is_told():
    assert problems(line()) == []
    (problem,) = problems(line(text="Your [parcel] is here."))
    assert (problem.step, problem.field) == ("text", "text")
    assert "No step of this flow asks for “parcel”." in problem.sentence
