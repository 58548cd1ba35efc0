"""Where callers get to."""

from dataclasses import replace

from flows.practice import paths
from flows.practice.reading import is_menu
from tests.builders import flow_of, step_of

FLOW = flow_of(
    one=("menu", "A.", {"1": "two", "2": "facts", ...: "facts"}),
    two=("menu", "B.", {"1": "desk", "2": "one", ...: "facts"}),
    facts=("say", "We are closed.", "bye"),
    desk=("transfer", {"destination": "desk"}, "bye"),
    bye=("hang_up", "Goodbye."),
)


def test_menus_are_counted_on_the_shortest_way():
    assert paths.menus_until(FLOW) == {"one": 1, "two": 2, "facts": 1, "bye": 1, "desk": 2}


def test_a_flow_that_begins_nowhere_leads_nowhere():
    nowhere = replace(FLOW, start="gone")
    assert paths.menus_until(nowhere) == {}
    assert paths.reachable(nowhere, ["gone", None]) == []


def test_the_way_may_be_limited_to_some_steps():
    assert paths.finds_people(FLOW, "one")
    assert not paths.finds_people(FLOW, "one", through=lambda step: not is_menu(step))
    assert not paths.finds_people(FLOW, "facts")


def test_people_are_reached_by_transfer_message_or_an_assistant_that_may_do_it():
    assert paths.reaches_people(step_of("transfer"))
    assert paths.reaches_people(step_of("voicemail"))
    assert not paths.reaches_people(step_of("agent"))
    assert paths.reaches_people(step_of("agent", {"takes_callbacks": True}))
    assert paths.is_staffed(FLOW)
    assert not paths.is_staffed(flow_of(bye=("hang_up", "Goodbye.")))


def test_a_step_without_exits_ends_the_call():
    assert paths.ends_at_once(FLOW, "bye")
    assert not paths.ends_at_once(FLOW, "facts")
    assert not paths.ends_at_once(FLOW, None)
