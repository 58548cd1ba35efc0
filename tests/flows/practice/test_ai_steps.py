"""Rules about AI steps."""

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

TAPE, BYE = ("voicemail", {}, "bye"), ("hang_up", "Goodbye.")


def helper(instructions="Answer what callers ask.", exits=None, **settings):
    exits = exits or {"solved": "bye", ...: "tape"}
    return flow_of(helper=("agent", {"instructions": instructions, **settings}, exits), tape=TAPE, bye=BYE)


def test_who_asks_for_a_person_finds_one():
    assert said_by("I01", helper(exits={"person": "bye", ...: "tape"})) == [("helper", "exit:person", "error")]
    assert said_by("I01", helper()) == []


def test_limits_bite():
    assert said_by("I02", helper(max_turns=30, max_seconds=600)) == [
        ("helper", "max_turns", "warning"),
        ("helper", "max_seconds", "warning"),
    ]
    assert said_by("I02", helper()) == []


def test_an_assistant_can_end_well():
    assert said_by("I03", helper(exits={...: "tape"})) == [("helper", "options", "warning")]
    assert said_by("I03", helper()) == []


def test_an_assistant_is_tested_with_difficult_callers():
    every = frozenset({("helper", what) for what in ("hostile", "silence", "off-topic")})
    assert said_by("I04", helper(), tested=frozenset()) == [("helper", "", "warning")]
    assert said_by("I04", helper(), tested=every - {("helper", "silence")}) == [("helper", "", "warning")]
    assert said_by("I04", helper(), tested=every) == []


def test_nothing_is_said_of_tests_where_nobody_knows_them():
    assert said_by("I04", helper()) == []


def test_an_assistant_promises_only_what_it_can_do():
    promised = [("helper", "instructions", "warning")]
    assert said_by("I05", helper("Book an appointment for the caller.")) == promised
    assert said_by("I05", helper("Look up their order and tell them.")) == promised
    assert said_by("I05", helper("Offer a call back.")) == promised
    assert said_by("I05", helper("Take a message for the office.")) == promised
    assert said_by("I05", helper("Send them a text with the address.")) == promised


def test_what_is_ticked_or_forbidden_may_be_spoken_of():
    assert said_by("I05", helper("Take a message for the office.", takes_messages=True)) == []
    assert said_by("I05", helper("Look up their order.", lookups=["orders"])) == []
    assert said_by("I05", helper("Never book an appointment. Do not take a message.")) == []
