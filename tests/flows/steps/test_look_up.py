from dataclasses import replace

import pytest

from flows.engine import commands as do
from flows.engine.events import LookedUp
from flows.engine.problems import problems
from tests.builders import ORDERS, RESOURCES, flow_of
from tests.scripted_call import Caller

ASKS = {"prompt": "Your order number?", "answer": "order", "fewest": 4, "most": 4}
FILLER, SORRY = "One moment, I am looking that up.", "Sorry, I cannot look that up right now."


def line(lookup=ORDERS, key="orders", **settings):
    return flow_of(
        resources={**RESOURCES, "lookup": {key: lookup}},
        number=("collect_digits", ASKS, {"ok": "look", ...: "bye"}),
        look=("look_up", {"lookup": key, **settings}, {"found": "told", "not-found": "none", "failed": "desk"}),
        told=("say", "Your order is [status].", "bye"),
        none=("say", "We know no such order.", "bye"),
        desk=("say", "We will call you.", "bye"),
        bye=("hang_up", "Bye."),
    )


def asking(flow=None, keys="4711"):
    return Caller(flow or line()).presses(keys)


def finds(call, ok=True, request="look-up", turn=None, **found):
    return call.feed(LookedUp(request=request, ok=ok, found=found, turn=call.state.turn if turn is None else turn))


def sentences(flow, step="look"):
    return [problem.sentence for problem in problems(flow) if problem.step == step]


def test_the_answer_of_the_same_name_is_sent_without_a_row():
    call = asking()
    assert call.last(do.LookUp).fields == {"order": "4711"}
    assert [c.seconds for c in call.commands if isinstance(c, do.StartTimer)] == [8.0, 2.0]


def test_a_row_tells_which_answer_is_sent_or_what_is_always_sent():
    assert asking(line(sends=[{"slot": "Order", "answer": "callers_number"}]), "4711").step == "look"
    call = asking(line(sends=[{"slot": "order", "answer": "", "value": "99"}]))
    assert call.last(do.LookUp).fields == {"order": "99"}


def test_what_is_found_becomes_answers_under_its_own_names():
    call = finds(asking(), **{"status": "shipped", "First item": "Saw"})
    assert (call.step, dict(call.state.answers)) == (
        "told",
        {"order": "4711", "status": "shipped", "first_item": "Saw"},
    )


def test_rows_tell_what_is_kept_and_under_which_name():
    call = asking(line(finds=[{"found": "First item", "answer": "goods"}]))
    finds(call, **{"status": "shipped", "First item": "Saw"})
    assert call.state.answers == {"order": "4711", "goods": "Saw"}


def test_nothing_in_the_answer_is_not_found_and_a_failure_is_said():
    assert finds(asking()).step == "none"
    call = finds(asking(), ok=False)
    assert (call.step, call.played) == ("look", (SORRY,))
    assert call.hears().step == "desk"
    assert finds(asking(line(failed_text="")), ok=False).step == "desk"


def test_callers_hear_the_filler_after_two_seconds_and_to_its_end():
    call = asking().waits("filler")
    assert call.played == (FILLER,)
    assert finds(call, status="shipped").step == "look"
    assert call.hears().step == "told"


def test_an_answer_after_the_filler_leads_on_at_once():
    assert finds(asking().waits("filler").hears(), status="shipped").step == "told"


def test_a_system_that_never_answers_fails_by_the_limit_and_is_late_for_ever():
    call = asking().waits("filler").hears()
    before = call.state.turn
    assert call.waits("limit").played == (SORRY,)
    assert finds(call, turn=before, status="shipped").step == "look"
    assert call.hears().step == "desk"


def test_what_has_not_the_form_that_the_lookup_wants_is_never_sent():
    call = asking(line(sends=[{"slot": "order", "answer": "", "value": "../admin"}]))
    assert call.last(do.LookUp) is None
    assert call.played == (SORRY,)


def test_a_lookup_that_changes_something_is_refused_and_never_asked():
    flow = line(replace(ORDERS, changes=True))
    assert any("Let an AI step use it" in sentence for sentence in sentences(flow))
    assert asking(flow).last(do.LookUp) is None


def test_a_caller_who_goes_in_circles_wears_no_system_out():
    flow = flow_of(
        look=("look_up", {"lookup": "orders", "sends": [{"slot": "order", "value": "1"}]}, {"failed": "bye", ...: "m"}),
        m=("menu", "Again is 1.", {"1": "look", ...: "bye"}),
        bye=("hang_up", "Bye."),
    )
    call = Caller(flow)
    for _ in range(20):
        finds(call, status="shipped").presses("1")
    assert call.last(do.LookUp) is None
    assert call.played[-1:] == (SORRY,)


def test_keys_pressed_while_it_is_looked_up_count_for_the_next_step():
    call = asking().presses("1")
    assert (call.step, call.state.typed) == ("look", "1")


def test_a_good_line_has_no_problems_and_its_texts_may_say_what_is_found():
    assert problems(line(replace(ORDERS, finds=("status",)))) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"sends": [{"slot": "customer", "value": "1"}]}, "The lookup has no “customer”. It needs “order”."),
        ({"sends": [{"slot": "order"}]}, "Choose an answer for “order”"),
        ({"sends": [{"slot": "order", "answer": "gone"}]}, "No step asks for “gone” any more."),
        ({"sends": [{"slot": "order", "answer": "today"}]}, "today’s date cannot be sent"),
        ({"finds": [{"found": "status", "answer": "The status"}]}, "cannot name an answer"),
        ({"finds": [{"found": "price", "answer": "price"}]}, "does not find “price”. It finds status."),
    ],
)
def test_rows_that_cannot_work_are_told_in_sentences(settings, sentence):
    found = sentences(line(replace(ORDERS, finds=("status",)), **settings))
    assert any(sentence in each for each in found), found


def test_a_value_that_no_step_asks_for_and_a_secret_one_are_told():
    needs = replace(ORDERS, slots=(replace(ORDERS.slots[0], name="customer_number"),))
    assert any("“customer number” comes from" in sentence for sentence in sentences(line(needs)))
    flow = flow_of(
        pin=("collect_digits", {"prompt": "PIN?", "answer": "order", "do_not_keep": True}, "look"),
        look=("look_up", {"lookup": "orders", "sends": [{"slot": "order", "answer": "order"}]}, "bye"),
        bye=("hang_up", "Bye."),
    )
    assert sentences(flow) == ["“order” is not kept, so it cannot be sent. Choose another answer."]
