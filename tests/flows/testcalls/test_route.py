"""The way of a test call, for a map."""

from flows.testcalls.route import Route, route_of
from flows.testcalls.runner import run_text
from tests.calls.flows import clinic


def test_a_route_is_the_steps_and_the_exits_between_them():
    found = route_of(run_text(clinic(), "caller presses 3\ngoes to “The desk”"))
    assert isinstance(found, Route)
    assert found.steps[-1] == "desk"
    assert ("menu", "3") in found.exits
    assert len(found.exits) >= len(found.steps) - 1
