"""What the test calls of a flow have walked."""

from flows.testcalls.coverage import coverage, covered, exit_in_words, exits_of
from flows.testcalls.language import parse
from flows.testcalls.runner import run
from tests.builders import flow_of

FLOW = flow_of(
    menu=("menu", "For sales, press 1.", {"1": "sales", "no-input-1": None, ...: "bye"}),
    sales=("transfer", {"destination": "desk"}, "bye"),
    bye=("hang_up", "Goodbye."),
)


def test_exits_that_lead_on_or_end_the_call_count_and_those_that_are_open_do_not():
    assert exits_of(FLOW) == [
        *[("menu", outcome) for outcome in ("1", "person", "no-input", "no-match")],
        *[("sales", outcome) for outcome in ("completed", "busy", "no-answer", "failed")],
    ]


def test_what_passing_calls_took_is_told_as_a_fraction_and_what_is_left_by_name():
    results = [run(FLOW, parse(lines)) for lines in ("presses 1\nends at Sales", "presses 0\ngoes to Sales")]
    found = coverage(FLOW, results)
    assert found.taken == (("menu", "1"), ("sales", "completed"))
    assert (found.fraction, found.percent) == (0.25, 25)
    assert exit_in_words(FLOW, found.untested[0]) == "Menu: the caller asked for a person"
    assert exit_in_words(FLOW, ("menu", "1")) == "Menu: 1 · Sales"
    taken, steps = covered(results)
    assert (taken, steps) == ({("menu", "1"), ("sales", "completed")}, {"menu", "sales"})


def test_a_flow_without_exits_is_covered():
    assert coverage(flow_of(bye=("hang_up", "")), []).fraction == 1
