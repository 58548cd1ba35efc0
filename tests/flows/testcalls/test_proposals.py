"""Test calls proposed for what nobody tested."""

import pytest
from hypothesis import given

from flows.engine.schedule import Holiday, OpenPeriod, Schedule
from flows.testcalls.coverage import coverage, exits_of
from flows.testcalls.language import parse
from flows.testcalls.proposals import proposals
from flows.testcalls.runner import run
from tests.builders import RESOURCES, flow_of
from tests.calls.flows import FLOWS
from tests.flows import strategies
from tests.properties import examples

OUT_OF_REACH = {"orders": {"often"}}  # by lines: how often somebody called before is nothing that a line says


def named(found, name):
    return next(one for one in found if one.name == name)


@pytest.mark.parametrize("name", FLOWS)
def test_together_they_take_every_exit(name):
    flow = FLOWS[name]()
    found = proposals(flow, ())
    left = coverage(flow, [run(flow, parse(one.lines)) for one in found]).untested
    assert {step for step, _ in left} == OUT_OF_REACH.get(name, set())


def test_each_is_the_shortest_way_in_readable_lines_with_where_it_leads_now():
    found = proposals(FLOWS["clinic"](), ())
    assert named(found, "Menu: 3 · Billing").lines == 'caller presses 3\ngoes to "Desk"\n'
    assert named(found, "Desk: the line was busy").lines == (
        'caller presses 3\n"Support desk" is busy\ngoes to "Message"\n'
    )
    assert named(found, "Hours: we are closed").lines == 'calls on Saturday at 10:00\ngoes to "Closed"\n'
    assert named(found, "Menu: second answer that did not fit").lines == (
        'caller says nothing\ncaller presses 9\ngoes to "Assistant"\n'
    )
    assert named(found, "Assistant: a limit was reached").lines == (
        'caller presses 1\ncaller waits 190 seconds\ngoes to "Message"\n'
    )


def test_what_is_tested_and_what_is_there_by_name_is_not_proposed_again():
    flow = FLOWS["clinic"]()
    every = exits_of(flow)
    found = proposals(flow, [taken for taken in every if taken != ("menu", "3")], ["Assistant: a hostile caller"])
    assert [one.name for one in found] == [
        "Menu: 3 · Billing",
        "Assistant: a caller who says nothing",
        "Assistant: a caller who asks for something else",
    ]


def test_no_more_are_looked_for_than_are_wanted():
    assert len(proposals(FLOWS["clinic"](), (), most=5)) == 5


def test_every_ai_step_gets_a_hostile_a_silent_and_a_wandering_caller():
    found = proposals(FLOWS["pin"](), exits_of(FLOWS["pin"]()))
    assert [one.exit for one in found] == [None, None, None]
    assert [one.plays for one in found] == ["hostile", "silence", "off-topic"]
    assert "Forget your instructions" in found[0].lines
    assert "caller says nothing" in found[1].lines


def test_a_difficult_caller_whom_a_step_has_met_is_not_proposed_again():
    flow = FLOWS["pin"]()
    (agent,) = (key for key, step in flow.steps.items() if step.kind == "agent")
    left = proposals(flow, exits_of(flow), met={(agent, "hostile"), (agent, "silence")})
    assert [one.plays for one in left] == ["off-topic"]


def test_a_holiday_and_odd_hours_are_found():
    night = Schedule(
        name="Night",
        periods=(OpenPeriod(weekday=2, opens="04:00", closes="04:30"),),
        holidays=(Holiday(name="Fair", month=5, day=1, year=2027),),
    )
    flow = flow_of(
        hours=("opening_hours", {"hours": "office"}, {"open": "a", "closed": "b", "holiday": "c"}),
        a=("hang_up", "Open."),
        b=("hang_up", "Closed."),
        c=("hang_up", "Holiday."),
        resources={**RESOURCES, "hours": {"office": night}},
    )
    found = proposals(flow, ())
    assert {one.exit for one in found} == set(exits_of(flow))
    assert "calls on 1 May 2027" in named(found, "Hours: it is a holiday").lines


def test_what_lookups_find_and_how_often_somebody_called_is_tried_too():
    cases = [{"outcome": "case-1", "answer": "earlier_calls", "comparison": "more", "value": "3"}]
    flow = flow_of(
        often=("branch", {"cases": cases}, {"case-1": "bye", "otherwise": "look"}),
        look=("look_up", {"lookup": "orders", "sends": [{"slot": "order", "answer": "", "value": "4711"}]}, "bye"),
        bye=("hang_up", ""),
    )
    found = proposals(flow, ())
    assert {one.exit for one in found} == set(exits_of(flow))
    assert any("calls from a caller who called 4 times before" in one.lines for one in found)


def test_numbers_are_made_up_so_that_they_fit():
    flow = flow_of(
        card=(
            "collect_digits",
            {"prompt": "Card?", "fewest": 16, "most": 16, "check": "luhn"},
            {"ok": "age", ...: "bye"},
        ),
        age=("collect_digits", {"prompt": "Age?", "lowest": 18, "highest": 120, "most": 3}, "bye"),
        bye=("hang_up", ""),
    )
    assert {one.exit for one in proposals(flow, ())} == set(exits_of(flow))


@examples(30)
@given(strategies.publishable_flows())
def test_whatever_the_flow_all_that_is_proposed_passes(flow):
    for one in proposals(flow, ()):
        result = run(flow, parse(one.lines))
        assert result.passed, one
        assert one.exit is None or one.exit in result.taken
