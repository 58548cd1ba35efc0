"""How everybody else behaves in a test call."""

from flows.engine import commands as do
from flows.testcalls import acts as a
from flows.testcalls.world import World, same
from tests.builders import flow_of

FLOW = flow_of(bye=("hang_up", ""))


def test_names_are_the_same_whatever_their_case_accents_and_spaces():
    assert same("Café  Desk", "cafe desk")
    assert not same("Sales", "Support")


def test_desks_answer_until_a_line_says_otherwise():
    world = World(FLOW)
    assert world.result_of("desk") == "completed"
    assert world.learn(a.Desk("Support desk", "busy")) == ""
    assert world.result_of("desk") == "busy"
    assert world.fork().result_of("desk") == "busy"


def test_what_the_flow_does_not_have_is_told():
    assert World(FLOW).learn(a.FindsNothing("Weather")) == "This flow has no lookup called “Weather”."


def test_lookups_texts_and_meanings_are_answered_as_they_were_told():
    world = World(FLOW)
    assert (world.answer(do.LookUp(lookup="orders")).ok, world.answer(do.LookUp(lookup="orders")).found) == (True, {})
    world.learn(a.LookupFails("Order status"))
    assert not world.answer(do.LookUp(lookup="orders")).ok
    world.learn(a.FindsNothing("Order status"))
    assert world.answer(do.LookUp(lookup="orders")).ok
    world.learn(a.Finds("Order status", (("status", "shipped"),)))
    assert world.answer(do.LookUp(lookup="orders")).found == {"status": "shipped"}
    assert world.answer(do.SendText()).ok
    world.learn(a.TextsRefused())
    assert not world.answer(do.SendText()).ok
    world.learn(a.Means("my parcel", "Shipping"))
    asked = do.Understand(said="My parcel", choices=(do.AgentOutcome(name="1", label="Shipping"),))
    assert world.answer(asked).answer == "1"
    assert world.answer(do.Understand(said="the weather")).confidence == 0
