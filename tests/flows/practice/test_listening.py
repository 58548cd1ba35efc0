"""Who listens to callers that nobody asked, or that said no."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.consenting import LogConsent
from flows.engine.machine import advance
from flows.engine.recording import Recording
from flows.engine.step import State
from flows.practice import findings
from flows.practice.proving import Prover, mended
from tests.builders import RESOURCES, flow_of, inside_of
from tests.flows.practice.saying import said_by
from tests.properties import examples

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


def test_who_chooses_a_language_is_asked_in_it():
    choose = ("language_choice", {}, "ask")
    assert said_by("O09", line(menu=choose)) == []
    late = line(menu=("say", "Hello.", "ask"), ask=ask(agreed="choose"), choose=("language_choice", {}, "sales"))
    assert said_by("O09", late) == [("ask", "notice", "error")]
    assert said_by("O09", line()) == [], "where nobody chooses, all understand the one language"


def test_a_notice_says_what_is_done_with_the_words():
    silent = line(ask=("consent", {"notice": "Thank you for your patience."}, {"agreed": "sales", "declined": "desk"}))
    assert said_by("O10", silent) == [("ask", "notice", "error")]
    found = next(f for f in findings(silent) if f.rule.id == "O10")
    assert said_by("O10", mended(silent, "ask", Prover(silent).offer(found))) == []
    assert said_by("O10", line()) == []
    assert said_by("O10", replace(silent, language="de-DE")) == [], "what is not English is not judged"


# --- flows inside ---------------------------------------------------------------------------------------------------

GO = ("go_to_flow", {"flow": "there"})
ASKING = {"ask": ("consent", {}, "back"), "back": ("go_back",)}
LISTENING = {"sales": ("transfer", {"destination": "desk", "listens": True}, "back"), "back": ("go_back",)}
ASKS_AND_LISTENS = {"ask": ask(declined="back"), **LISTENING}


def within(inside, start=("menu", MENU, {"1": "go", ...: "desk"}), go=GO, **more):
    """A line that goes to a flow with these steps, and from there to `sales`, which listens, unless told otherwise."""
    resources = {**RESOURCES, "flow": {"there": inside if hasattr(inside, "flow") else inside_of("There", **inside)}}
    steps = {"sales": LISTENS, **more}
    return flow_of(resources=resources, start=start, go=(*go, "sales"), desk=DESK, bye=BYE, **steps)


def deeper(inside, levels=3):
    """The flow that goes to this one through so many others, and comes back."""
    found = inside_of("There", **inside)
    for _ in range(levels):
        flow = flow_of(resources={**RESOURCES, "flow": {"there": found}}, go=(*GO, "back"), back=("go_back",))
        found = replace(found, flow=flow)
    return found


@pytest.mark.parametrize("inside", [ASKING, deeper(ASKING), ASKS_AND_LISTENS], ids=["asks", "deep", "listens too"])
def test_who_was_asked_in_a_flow_inside_was_asked(inside):
    assert unasked(within(inside)) == []


def test_who_goes_round_a_circle_and_is_asked_inside_was_asked():
    again = ("transfer", {"destination": "desk", "listens": True}, {"busy": "go", ...: "bye"})
    around = {**ASKING, "ask": ("consent", {}, {"agreed": "back", "declined": "ask"})}
    assert unasked(within(around, sales=again)) == []


def test_one_way_past_the_question_inside_is_an_error():
    past = {"first": ("menu", MENU, {"1": "ask", ...: "back"}), **ASKING}
    flow = within(past)
    assert unasked(flow) == [("sales", "listens", "error")]
    assert "from “Go” without having been asked" in next(f.sentence for f in findings(flow) if f.rule.id == "O06")


@pytest.mark.parametrize("inside", [LISTENING, deeper(LISTENING)], ids=["at once", "deep"])
def test_a_flow_inside_that_listens_is_asked_for_by_whoever_goes_there(inside):
    asked = ("consent", {}, {"agreed": "go", "declined": "desk"})
    assert unasked(within(inside, start=asked, sales=DESK)) == []
    past = within(inside, start=("menu", MENU, {"1": "ask", "2": "go", ...: "desk"}), ask=asked, sales=DESK)
    assert unasked(past) == [("go", "flow", "error")]
    sentence = next(f.sentence for f in findings(past) if f.rule.id == "O06")
    assert "from “Start” without having been asked, and “Go ›" in sentence


def test_the_notice_of_a_line_that_records_is_not_said_where_another_goes_there():
    there = inside_of("There", **LISTENING)
    there = replace(there, flow=replace(there.flow, recording=Recording()))
    assert unasked(there.flow) == []
    flow = within(there, sales=DESK)
    assert unasked(flow) == [("go", "flow", "error")]
    assert "The notice of recording of that flow is not said here." in next(
        f.sentence for f in findings(flow) if f.rule.id == "O06"
    )
    assert unasked(replace(flow, recording=Recording())) == []


def test_a_machine_may_answer_before_anybody_was_asked():
    called = ("call_out", {}, {"next": "desk", "machine": "sales"})
    flow = flow_of(ask=ask(agreed="called"), called=called, sales=LISTENS, desk=DESK, bye=BYE)
    assert unasked(flow) == [("sales", "listens", "error")]


def test_a_no_inside_is_a_no():
    flow = within(ASKING)
    assert said_by("O07", flow) == [("go", "exit:returned", "warning")]
    assert "said no in there come to “Sales”" in next(f.sentence for f in findings(flow) if f.rule.id == "O07")
    asked = ("consent", {}, {"agreed": "desk", "declined": "go"})
    assert said_by("O07", within(LISTENING, start=asked, sales=DESK)) == [("start", "exit:declined", "warning")]
    assert said_by("O07", within({**ASKING, "ask": ask("back", "gone"), "gone": BYE})) == []


def test_what_a_flow_inside_writes_down_is_kept_by_the_line():
    flow = replace(within(deeper(ASKS_AND_LISTENS), sales=DESK), keeps_transcripts=False)
    assert said_by("O08", flow) == [("go", "flow", "error")]


# --- held against the engine ----------------------------------------------------------------------------------------

KINDS = {  # settings, and the outcomes that lead on
    "consent": ({}, ["agreed", "declined"]),
    "menu": (MENU, ["1", "person", "no-input", "no-match"]),
    "transfer": ({"destination": "desk", "listens": True}, ["busy", "no-answer", "failed"]),
    "call_out": ({}, ["next", "machine"]),
    "go_to_flow": ({"flow": "there"}, ["returned"]),
    "go_back": ({}, []),
}
ACTS = [
    lambda turn: on.PromptFinished(turn=turn),
    lambda turn: on.TimerFired(timer="wait", turn=turn),
    lambda turn: on.TransferFinished(result="busy", turn=turn),
    lambda turn: on.MachineAnswered(),
    *(lambda turn, key=key: on.DigitPressed(digit=key, at=9.0) for key in "019"),
]


def steps(kinds, longest):
    """Steps of these kinds, each leading anywhere."""
    row = st.tuples(st.sampled_from(kinds), st.lists(st.integers(0, longest), min_size=4, max_size=4))
    return st.lists(row, min_size=2, max_size=longest).map(_wired)


def _wired(rows):
    keys = [f"s{place}" for place in range(len(rows))]
    wired = {}
    for key, (kind, there) in zip(keys, rows, strict=True):
        settings, outcomes = KINDS[kind]
        exits = {name: keys[to] for name, to in zip(outcomes, there, strict=False) if to < len(keys)}
        wired[key] = (kind, settings, {**exits, ...: "bye"} if outcomes else {})
    return {**wired, "bye": BYE}


def listened_unasked(flow):
    """Whether any caller of this flow comes to be listened to unasked, whatever they do: every call is walked."""
    begun, commands = advance(flow, State(), on.CallAnswered())
    todo, seen = [(begun, commands, False)], set()
    while todo:
        state, commands, asked = todo.pop()
        for command in commands:
            asked = asked or isinstance(command, LogConsent)
            if isinstance(command, do.Transfer) and command.listens and not asked:
                return True
        remembered = {**state.scratch, "ahead": ""}  # keys for later: the call can have any number of them
        place = (state.step, json.dumps(remembered, sort_keys=True), asked)
        if state.step is not None and place not in seen:
            seen.add(place)
            todo += [(*advance(flow, replace(state, steps_taken=0, typed=""), act(state.turn)), asked) for act in ACTS]
    return False


@examples(150)
@given(steps(sorted(KINDS), 6), steps(sorted({*KINDS} - {"go_to_flow", "call_out"}), 4))
def test_the_rule_speaks_up_where_and_only_where_a_caller_is_listened_to_unasked(outer, inner):
    flow = flow_of(resources={**RESOURCES, "flow": {"there": inside_of("There", **inner)}}, **outer)
    found, happens = bool(unasked(flow)), listened_unasked(flow)
    assert found or not happens
    if not any(step.meets_machines for step in flow.steps.values()):  # a call may be over before a machine answers
        assert found == happens
