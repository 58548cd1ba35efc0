"""The way of a test call can be drawn: its steps, its exits, and where it stopped."""

from flows.models import TestCall
from flows.testcalls.route import Route, route_of
from flows.testcalls.runner import run_text
from tests.builders import flow_of


def test_a_route_has_the_steps_and_exits_in_order():
    flow = flow_of(menu=("menu", "For sales, press 1.", {"1": "bye", ...: "bye"}), bye=("hang_up", "Goodbye."))
    result = run_text(flow, "presses 1\ngoes to Bye")
    assert route_of(result) == Route(steps=("menu", "bye"), exits=(("menu", "1"),))


def test_the_page_tells_the_way_of_each_test_to_whoever_draws_it(maria, line, menu):
    passes = TestCall.objects.create(flow=line, name="Billing", lines="presses 1\ngoes to Goodbye")
    fails = TestCall.objects.create(flow=line, name="Lost", lines="presses 1\nhears nonsense")
    answer = maria.get(passes.get_absolute_url(), headers={"accept": "application/json"})
    told = answer.json()["routes"]
    assert told[str(passes.pk)]["passed"]
    assert not told[str(fails.pk)]["passed"]
    way = told[str(fails.pk)]
    assert way["exits"][-1] == [menu.key, "1"]
    assert way["steps"][-1] == way["stopped_at"]
