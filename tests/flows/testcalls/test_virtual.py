"""The line in virtual time behaves as a live one."""

from flows.testcalls.told import Said
from flows.testcalls.virtual import LONGEST_CALL, MOST_EVENTS, VirtualCall
from flows.testcalls.world import World
from tests.builders import flow_of

FLOW = flow_of(
    hello=("say", "Hello there, caller.", "menu"),
    menu=("menu", "Press 1.", {"1": "bye", ...: "bye"}),
    bye=("hang_up", "Goodbye."),
)


def call():
    made = VirtualCall(FLOW, World(FLOW))
    made.begin(0.0, "+14155550123")
    return made


def test_a_prompt_lasts_as_long_as_it_takes_to_read_and_then_the_line_waits():
    made = call()
    assert not made.waits
    while made.go_on():
        pass
    assert made.waits
    assert made.at == (len("Hello there, caller.") + len("Press 1.")) / 15
    assert Said(at=0.0, who="line", text="Hello there, caller.") in made.told


def test_nobody_is_taken_for_silent_until_it_is_said():
    made = call()
    while made.go_on():
        pass
    assert not made.go_on()
    assert made.go_on(silence=True)
    assert any("did not hear you" in text for _, text in made.heard)


def test_a_fork_goes_its_own_way():
    made = call()
    other = made.fork()
    other.pass_time(60)
    assert len(other.heard) > len(made.heard)
    assert made.at == 0


def test_a_call_has_an_end_whatever_the_flow():
    made = call()
    made.events = MOST_EVENTS
    made.press("1")
    assert made.over
    late = call()
    late.at = LONGEST_CALL + 1
    late.press("1")
    assert late.reason == "the call reached its time limit"


def test_what_callers_said_to_being_listened_to_is_told():
    flow = flow_of(ask=("consent", {}, "bye"), bye=("hang_up", ""))
    for key, told in (("", "their talk may be written down"), ("9", "their talk may not be written down")):
        made = VirtualCall(flow, World(flow))
        made.begin(0.0, "+14155550123")
        made.pass_time(2)
        made.press(key)
        made.pass_time(20)
        assert told in [said.text for said in made.told]
