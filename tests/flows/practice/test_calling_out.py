"""Rules about calls that the line makes."""

from dataclasses import replace

import pytest

from flows.engine.recording import Recording
from flows.practice import findings
from flows.practice.calling_out import in_calls
from tests.builders import RESOURCES, flow_of, inside_of
from tests.flows.practice.saying import said_by

BYE = ("hang_up", "Goodbye.")


def calling(**steps):
    first = next(iter(steps))
    return flow_of(start=("call_out", {}, {"next": first, "machine": "bye"}), **steps, bye=BYE)


def menu(key):
    return ("menu", f"To confirm, press {key}.", {key: "bye", ...: "bye"})


def test_nine_is_left_to_who_wants_no_more_calls():
    assert said_by("L03", calling(menu=menu("9"))) == [("menu", "options", "warning")]
    assert said_by("L03", calling(menu=menu("1"))) == []
    assert said_by("L03", calling(ask=("consent", {}, "bye"))) == [("ask", "notice", "warning")]


@pytest.mark.parametrize(
    "silent",
    [
        ("opening_hours", {"hours": "office"}, {"open": "bye", ...: "menu"}),
        ("look_up", {"lookup": "orders"}, "menu"),
    ],
)
def test_what_nobody_hears_stands_not_between_the_first_words_and_the_menu(silent):
    assert said_by("L03", calling(silent=silent, menu=menu("9"))) == [("menu", "options", "warning")]


def test_a_menu_of_a_flow_inside_is_told_of_where_callers_go_there():
    inside = inside_of("There", silent=("opening_hours", {"hours": "office"}, "menu"), menu=menu("9"), bye=BYE)
    flow = flow_of(
        resources={**RESOURCES, "flow": {"there": inside}},
        start=("call_out", {}, {"next": "go", "machine": "bye"}),
        go=("go_to_flow", {"flow": "there"}, "bye"),
        bye=BYE,
    )
    assert said_by("L03", flow) == [("go", "flow", "warning")]
    assert next(f.sentence for f in findings(flow) if f.rule.id == "L03").startswith("“Go › Menu”: 9 means")


def test_nine_during_the_notice_of_recording_is_no_end_of_all_calls():
    flow = calling(hello=("say", "Hello.", "bye"))
    assert said_by("L03", replace(flow, recording=Recording())) == [("", "may_object", "warning")]
    assert said_by("L03", replace(flow, recording=Recording(may_object=False))) == []


def test_a_list_asks_of_any_flow_what_is_advice_for_those_made_for_lists():
    flow = flow_of(menu=menu("9"), bye=BYE)
    assert [(found.step, found.field) for found in in_calls(flow)] == [("menu", "options")]


def test_what_only_a_machine_hears_and_what_comes_after_an_assistant_is_not_first():
    start = ("call_out", {}, {"next": "helper", "machine": "slow"})
    agent = ("agent", {"greeting": "Hello."}, {"person": "slow", ...: "bye"})
    flow = flow_of(start=start, helper=agent, slow=("look_up", {"lookup": "orders"}, "bye"), bye=BYE)
    assert said_by("L04", flow) == []


def test_after_other_words_nine_is_free_again():
    assert said_by("L03", calling(hello=("say", "Hello.", "menu"), menu=menu("9"))) == []
    assert said_by("L03", flow_of(menu=menu("9"), bye=BYE)) == []  # callers who call in hear no such words


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (("look_up", {"lookup": "orders"}, "bye"), "lookup"),
        (("transfer", {"destination": "desk"}, "bye"), "destination"),
    ],
)
def test_nobody_waits_before_they_have_heard_a_word(step, field):
    assert said_by("L04", calling(slow=step)) == [("slow", field, "warning")]
    assert said_by("L04", calling(hello=("say", "Hello.", "slow"), slow=step)) == []
