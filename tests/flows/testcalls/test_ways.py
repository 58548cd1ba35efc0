"""What is worth trying at a step."""

from flows.engine.digits import fits_mask, passes_luhn
from flows.testcalls import acts as a
from flows.testcalls.virtual import VirtualCall
from flows.testcalls.ways import digits_for, failures, misfits, ways
from flows.testcalls.world import World
from tests.builders import flow_of, step_of


def test_made_up_digits_have_the_length_and_form_that_is_asked_for():
    plate = step_of("collect_digits", {"mask": "04##", "fewest": 4, "most": 4})
    assert fits_mask(digits_for(plate), "04##")
    card = step_of("collect_digits", {"fewest": 16, "most": 16, "check": "luhn"})
    assert passes_luhn(digits_for(card))
    assert len(digits_for(step_of("menu"), 5)) == 5
    assert digits_for(step_of("collect_digits", {"lowest": 18, "most": 3})) == "18"


def test_failures_are_silences_and_misfits_as_often_as_the_step_asks():
    menu = step_of("menu", {"attempts": 2})
    assert list(failures(menu)) == [
        (a.SaysNothing(),),
        (a.Presses("9"),),
        (a.SaysNothing(), a.SaysNothing()),
        (a.SaysNothing(), a.Presses("9")),
        (a.Presses("9"), a.SaysNothing()),
        (a.Presses("9"), a.Presses("9")),
    ]


def test_a_misfit_is_no_answer_to_the_question():
    assert list(misfits(step_of("ask", {"wants": "number"}))) == [a.Says("what a lovely morning")]


def test_a_question_before_listening_is_met_with_silence_and_with_its_keys():
    flow = flow_of(ask=("consent", {}, "bye"), bye=("hang_up", ""))
    call = VirtualCall(flow, World(flow))
    call.begin(1.0, "")
    found = [way for way, _ in zip(ways(call), range(3), strict=False)]
    assert found == [(a.SaysNothing(),), (a.Presses("1"),), (a.Presses("9"),)]
