"""What a builder may tick for an assistant. What comes of it on a call: `test_assisting.py`."""

from flows.engine.problems import problems, setting_problems
from tests.builders import flow_of, step_of


def test_the_exit_for_nobody_exists_only_where_somebody_may_be_reached():
    with_desk = {outcome.name for outcome in step_of("agent", {"destinations": ["desk"]}).outcomes()}
    without = {outcome.name for outcome in step_of("agent", {}).outcomes()}
    assert with_desk - without == {"not-reached", "completed"}


def test_a_destination_that_is_gone_stops_publishing():
    flow = flow_of(talk=("agent", {"destinations": ["gone"]}, "bye"), bye=("hang_up", "Bye."))
    assert ("talk", "destinations") in {(problem.step, problem.field) for problem in problems(flow)}


def test_what_it_may_say_of_rows_that_cannot_work():
    rows = [{"name": "Door", "digits": "9-1"}, {"name": "Door", "digits": "1"}, {"name": " ", "digits": "2"}]
    found = [problem.sentence for problem in setting_problems(step_of("agent", {"keys": rows}))]
    assert len(found) == 3
    assert all(sentence.endswith(".") for sentence in found)
