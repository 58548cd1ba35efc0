"""Past calls on a map: what is taken more and less often, what is not there any more, and the ways of each call."""

from dataclasses import replace

from django.utils import timezone

from flows.admin.replay_map import map_of
from flows.seams import PastCall
from flows.testcalls.replaying import compare
from tests.calls.flows import clinic
from tests.flows.testcalls.test_recorded import BEGINS, entered, key, left

EVENTS = [*BEGINS, key("menu", "3"), left("menu", "3", "desk"), entered("desk")]
CALL = PastCall(timezone.now(), 1, "/", EVENTS)


def leading(flow, goes_to):
    exits = {**flow.exits, ("menu", "3"): replace(flow.exits["menu", "3"], goes_to=goes_to)}
    return replace(flow, exits=exits)


def without_desk(flow):
    left_ = {way: found for way, found in flow.exits.items() if way[0] != "desk"}
    exits = {
        way: replace(found, goes_to="message") if found.goes_to == "desk" else found for way, found in left_.items()
    }
    return replace(flow, steps={k: step for k, step in flow.steps.items() if k != "desk"}, exits=exits)


def shown(draft, times=3):
    return map_of(draft, [(CALL, clinic(), compare(EVENTS, clinic(), draft))] * times)


def test_exits_gain_and_lose_the_calls_that_would_go_elsewhere():
    found = shown(leading(clinic(), "message"))
    assert found["exits"]["menu,3,message"] == {"gained": 3, "lost": 0}
    assert found["exits"]["menu,3,desk"] == {"gained": 0, "lost": 3}
    assert not [way for way in found["exits"] if way.startswith("welcome")]  # as before


def test_a_call_has_its_two_ways_with_the_names_of_their_steps():
    call = shown(leading(clinic(), "message"))["calls"][0]
    assert call["before"]["steps"][-1] == "desk"
    assert ("menu", "3", "message") in call["after"]["exits"]
    assert call["after"]["names"][-1] == clinic().name_of(call["after"]["steps"][-1])


def test_steps_and_exits_that_are_not_there_any_more_are_drawn_and_marked():
    drawn = shown(without_desk(clinic()))["drawing"]
    assert [step["key"] for step in drawn["steps"] if step["since"] == "gone"] == ["desk"]
    gone = [(exit_["step"], exit_["outcome"], exit_["label"]) for exit_ in drawn["exits"] if exit_["look"] == "gone"]
    assert ("menu", "3", "before: 3 · Billing") in gone
