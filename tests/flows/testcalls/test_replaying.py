"""A call that took place, on the flow as it is now."""

from dataclasses import replace

from flows.testcalls.replaying import compare
from tests.calls.flows import clinic
from tests.flows.testcalls.test_recorded import BEGINS, entered, key, left

EVENTS = [*BEGINS, key("menu", "3"), left("menu", "3", "desk"), entered("desk")]


def leading(flow, step, outcome, goes_to):
    exits = {**flow.exits, (step, outcome): replace(flow.exits[step, outcome], goes_to=goes_to)}
    return replace(flow, exits=exits)


def test_an_unchanged_flow_takes_the_call_the_same_way():
    found = compare(EVENTS, clinic(), clinic())
    assert found.same
    assert (found.differs_at, found.before_end, found.after_end) == ("", "desk", "desk")


def test_a_call_that_goes_elsewhere_names_the_step_where_the_ways_part_and_both_ends():
    found = compare(EVENTS, clinic(), leading(clinic(), "menu", "3", "message"))
    assert not found.same
    assert (found.differs_at, found.before_next, found.after_next) == ("menu", "desk", "message")
    assert (found.before_end, found.after_end) == ("desk", "bye")


def test_a_flow_that_begins_elsewhere_parts_at_once():
    found = compare(EVENTS, clinic(), replace(clinic(), start="bye"))
    assert (found.same, found.differs_at, found.after_next) == (False, "", "bye")
