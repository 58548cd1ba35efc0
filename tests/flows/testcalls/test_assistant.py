"""What lines have an assistant do, and what its step refuses."""

from flows.testcalls import acts as a
from flows.testcalls.assistant import ai_acts
from flows.testcalls.virtual import VirtualCall
from flows.testcalls.world import World
from tests.builders import flow_of


def talking(**settings):
    flow = flow_of(talk=("agent", settings, "bye"), bye=("hang_up", "Goodbye."))
    made = VirtualCall(flow, World(flow))
    made.begin(0.0, "+14155550123")
    return made


def test_details_that_the_line_leaves_out_are_made_up():
    made = talking(lookups=["orders"])
    assert ai_acts(made, a.AILooksUp("Order status")) == ""
    assert made.errands


def test_what_is_not_ticked_is_refused_with_a_sentence():
    assert "Tick it" in ai_acts(talking(), a.AIPutsThrough("Support desk"))
    assert "Tick it" in ai_acts(talking(), a.AILooksUp("Order status"))


def test_it_ends_by_the_words_or_the_name_of_an_end():
    assert ai_acts(talking(), a.AIEnds("the assistant could not help")) == ""
    assert ai_acts(talking(), a.AIEnds("could-not-help")) == ""


def test_nobody_acts_where_nobody_talks():
    made = talking()
    made.agent = None
    assert ai_acts(made, a.AIFails()) == "No assistant is talking here."
