"""Going on in another flow, and coming back."""

from dataclasses import replace

import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.inside import SubFlow
from flows.engine.machine import advance
from flows.engine.problems import problems
from flows.engine.snapshot import dump, dump_state, load, load_state
from flows.engine.step import State
from flows.engine.translating import texts_in
from flows.testcalls.runner import run_text
from tests.builders import RESOURCES, flow_of, inside_of
from tests.scripted_call import Caller


def line(inside=None, **more):
    """Callers choose to pay, go on in the flow `payment`, and hear what they typed there when they are back."""
    resources = {**RESOURCES, "flow": {"payment": inside}} if inside else RESOURCES
    return flow_of(
        resources=resources,
        top=("menu", "To pay, press 1.", {"1": "pay", ...: "bye"}),
        pay=("go_to_flow", {"flow": "payment"}, {"returned": "thanks"}),
        thanks=("say", "Card [card], thank you.", "bye"),
        bye=("hang_up", "Bye."),
        **more,
    )


def test_callers_go_on_there_and_come_back_with_their_answers():
    call = Caller(line()).presses("1")
    assert call.step == "pay/menu"
    assert call.played == ("To pay, press 1.",)
    call.presses("1").presses("4711")
    assert call.step == "thanks"
    assert call.played == ("Card", "four", "seven", "one", "one,", "thank you.")
    assert call.way[-3:] == [("pay/card", "ok"), ("pay/back", "returned"), ("pay", "returned")]
    assert problems(line()) == []


def test_a_call_may_end_there():
    call = Caller(line()).presses("1").is_silent().is_silent().is_silent().hears()
    assert (call.step, call.played) == ("pay/bye", ("Bye from payment.",))
    assert call.hears().step is None


def test_a_call_goes_on_there_after_its_stream_was_lost_or_it_was_put_away():
    flow = line()
    call = Caller(flow).presses("1")
    state, commands = advance(flow, load_state(dump_state(call.state)), on.CallResumed())
    assert state.step == "pay/menu"
    assert do.LogEntered(step="pay/menu", turn=state.turn) in commands


def test_keys_typed_ahead_are_taken_there():
    assert Caller(line()).presses("114711").step == "thanks"


def test_a_flow_that_never_comes_back_needs_no_exit_and_ends_the_call():
    inside = inside_of("Sales", hello=("say", "Hello.", "bye"), bye=("hang_up", "Bye from sales."))
    flow = flow_of(
        resources={**RESOURCES, "flow": {"sales": inside}}, only=("go_to_flow", {"flow": "sales"}, {"returned": None})
    )
    assert problems(flow) == []
    assert Caller(flow).hears().step == "only/bye"


def test_one_that_cannot_be_used_says_why_and_apologises_to_callers():
    flow = line(SubFlow(name="Payment", why_not="“Payment” was never published."))
    assert [(p.step, p.field, p.sentence) for p in problems(flow)][0] == (
        "pay",
        "flow",
        "“Payment” was never published.",
    )
    call = Caller(flow).presses("1")
    assert call.step is None
    assert call.last(do.Hangup).sorry


def test_flows_may_stand_inside_flows_inside_flows():
    middle = line().resources | {}
    inner = flow_of(
        resources=middle,
        way=("go_to_flow", {"flow": "payment"}, {"returned": "back"}),
        back=("go_back",),
    )
    flow = line(SubFlow(name="Payment", number=2, flow=inner))
    call = Caller(flow).presses("1")
    assert (call.step, flow.name_of(call.step)) == ("pay/way/menu", "Pay › Way › Menu")
    assert call.presses("14711").step == "thanks"
    assert set(flow.paths()) >= {"pay", "pay/way", "pay/way/card", "pay/back"}


@pytest.mark.parametrize(
    ("inside", "hurries"),
    [
        (inside_of("Hasty", hello=("say", "Hello.", "back"), back=("go_back",)), True),
        (inside_of("Slow", ask=("menu", "Press 1.", {"1": "back", ...: "back"}), back=("go_back",)), False),
    ],
)
def test_a_circle_through_a_flow_needs_somewhere_there_that_waits(inside, hurries):
    flow = flow_of(
        resources={**RESOURCES, "flow": {"payment": inside}},
        hello=("say", "Hello.", "pay"),
        pay=("go_to_flow", {"flow": "payment"}, {"returned": "hello"}),
    )
    found = {problem.sentence for problem in problems(flow)}
    assert any("circle" in sentence for sentence in found) == hurries
    assert any("never end" in sentence for sentence in found)  # neither has a way out


def test_a_circle_that_may_end_in_the_other_flow_is_no_trap():
    flow = replace(line())
    turning = flow_of(pay=("go_to_flow", {"flow": "payment"}, {"returned": "pay"}))
    assert problems(flow) == problems(turning) == []


def test_its_prompts_are_made_with_those_of_the_flow():
    assert "Your card number?" in set(line().steps["pay"].prompts())


def test_a_test_call_names_steps_there_by_their_own_name_or_their_whole_path():
    for there in ("Menu", "Pay › Menu"):
        told = (
            f"caller presses 1\ngoes to “{there}”\nhears “To pay”\ncaller presses 1\ncaller presses 4711\nends at Bye"
        )
        result = run_text(line(), told)
        assert result.passed, result.sentence
    assert ("pay", "returned") in result.taken


def in_spanish(flow, **texts):
    """The flow with Spanish beside its own language; `texts` are those of its steps."""
    stored = dump(flow)
    for key, said in texts.items():
        stored["steps"][key]["settings"]["translations"] = {"es-ES": said}
    return load({**stored, "languages": [{"language": "es-ES", "voice": ""}]})


def test_callers_hear_the_other_flow_in_the_language_that_they_chose():
    bye = flow_of(bye=("hang_up", "Bye."))
    inner = SubFlow(name="Sales", number=1, flow=in_spanish(bye, bye={"text": "Adiós."}))
    host = flow_of(
        resources={**RESOURCES, "flow": {"sales": inner}}, only=("go_to_flow", {"flow": "sales"}, {"returned": None})
    )
    flow = in_spanish(host)
    assert problems(flow) == []
    assert "Adiós." in texts_in(flow, "es-ES", {})
    state = replace(State(), language="es-ES")
    _, commands = advance(flow, state, on.CallAnswered())
    play = next(command for command in commands if isinstance(command, do.Play))
    assert (play.texts, play.language) == (("Adiós.",), "es-ES")


def test_a_flow_that_does_not_speak_a_language_of_the_line_stops_publishing():
    found = [(problem.step, problem.field, problem.sentence) for problem in problems(in_spanish(line()))]
    assert ("pay", "flow", "That flow does not speak Spanish. Add the language there, and publish it.") in found
