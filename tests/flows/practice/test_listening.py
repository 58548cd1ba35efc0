"""Who listens to callers that nobody asked, or that said no."""

from dataclasses import replace

import pytest

from flows.engine.recording import Recording
from flows.practice import findings
from flows.practice.proving import Prover, mended
from tests.builders import flow_of
from tests.flows.practice.saying import said_by

LISTENS, DESK = (
    ("transfer", {"destination": "desk", "listens": True}, "bye"),
    ("transfer", {"destination": "desk"}, "bye"),
)
BYE = ("hang_up", "Goodbye.")
MENU = "For sales, press 1. For a person, press 0."


def ask(agreed="sales", declined="desk"):
    return ("consent", {}, {"agreed": agreed, "declined": declined})


QUESTION = ask()


def line(ask=QUESTION, menu=("menu", MENU, {"1": "ask", ...: "desk"}), **more):
    return flow_of(menu=menu, ask=ask, sales=LISTENS, desk=DESK, bye=BYE, **more)


def unasked(flow):
    return said_by("O06", flow)


def test_who_was_asked_on_every_way_may_be_listened_to():
    assert [f.rule.id for f in findings(line()) if f.rule.id in ("O06", "O07", "O08")] == []


@pytest.mark.parametrize("exits", [{"1": "sales", ...: "desk"}, {"1": "ask", "person": "sales", ...: "desk"}])
def test_one_way_past_the_question_is_an_error_at_the_step_that_listens(exits):
    flow = line(menu=("menu", MENU, exits))
    assert unasked(flow) == [("sales", "listens", "error")]
    found = next(f for f in findings(flow) if f.rule.id == "O06")
    assert "from “Menu” without having been asked" in found.sentence


def test_a_line_that_begins_with_listening_asked_nobody():
    flow = flow_of(sales=LISTENS, bye=BYE)
    assert unasked(flow) == [("sales", "listens", "error")]


def test_the_notice_of_a_line_that_records_is_enough():
    flow = line(menu=("menu", MENU, {"1": "sales", ...: "desk"}))
    assert unasked(replace(flow, recording=Recording())) == []


def test_who_comes_back_after_the_question_is_still_asked():
    again = ("transfer", {"destination": "desk", "listens": True}, {"busy": "menu", ...: "bye"})
    flow = flow_of(
        start=("consent", {}, {"agreed": "menu", "declined": "desk"}),
        menu=("menu", MENU, {"1": "sales", ...: "desk"}),
        sales=again,
        desk=DESK,
        bye=BYE,
    )
    assert unasked(flow) == []


def test_the_mend_unticks_it_and_is_proved():
    flow = line(menu=("menu", MENU, {"1": "sales", ...: "desk"}))
    found = next(f for f in findings(flow) if f.rule.id == "O06")
    offered = Prover(flow).offer(found)
    assert offered.label == "Turn off “Write down the talk as it is spoken”"
    assert unasked(mended(flow, "sales", offered)) == []


def test_who_said_no_is_not_led_to_where_somebody_listens():
    flow = line(ask=ask(declined="sorry"), sorry=("say", "All right.", "sales"))
    assert said_by("O07", flow) == [("ask", "exit:declined", "warning")]
    assert unasked(flow) == [], "it is left out for them, so nobody is listened to unasked"
    assert said_by("O07", line()) == []


def test_who_is_asked_a_second_time_may_change_their_mind():
    assert said_by("O07", line(ask=ask(declined="once_more"), once_more=ask())) == []


def test_what_a_line_keeps_no_transcripts_of_is_not_written_down():
    flow = replace(line(), keeps_transcripts=False)
    assert said_by("O08", flow) == [("sales", "listens", "error")]
    found = next(f for f in findings(flow) if f.rule.id == "O08")
    assert Prover(flow).offer(found)
    assert said_by("O08", line()) == []
