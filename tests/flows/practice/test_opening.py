"""Rules about the opening: how long, how plain, and what an assistant says of itself."""

from dataclasses import replace

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

MENU = ("menu", "For billing, press 1.", {"1": "tape", ...: "tape"})
REST = {"tape": ("voicemail", {}, "bye"), "bye": ("hang_up", "Goodbye.")}


def greeted(text):
    return flow_of(hello=("say", text, "menu"), menu=MENU, **REST)


def test_a_welcome_takes_8_seconds_and_never_15():
    assert said_by("O01", greeted("Thank you for calling Hart Tools.")) == []
    assert said_by("O01", greeted("Welcome. " * 15)) == [("hello", "text", "warning")]
    assert said_by("O01", greeted("Welcome. " * 26)) == [("hello", "text", "error")]


def test_several_greetings_count_together_and_the_longest_is_to_be_cut():
    flow = flow_of(one=("say", "Hello. " * 3, "two"), two=("say", "Hello. " * 18, "menu"), menu=MENU, **REST)
    assert said_by("O01", flow) == [("two", "text", "warning")]


def test_what_is_said_when_closed_is_no_welcome():
    assert said_by("O01", flow_of(closed=("say", "We are closed. " * 20, "bye"), bye=REST["bye"])) == []


def test_empty_words_and_web_addresses_are_left_out_at_the_beginning():
    words = "Please listen carefully, as our menu options have changed. Visit www.example.com."
    assert said_by("O02", greeted(words)) == [("hello", "text", "warning")] * 3
    assert said_by("O02", greeted("Thank you for calling Hart Tools.")) == []


def test_a_web_address_later_on_is_welcome():
    flow = flow_of(menu=("menu", "Well?", {"1": "facts", ...: "bye"}), facts=("say", "See www.hart.com.", "bye"),
                   bye=REST["bye"])  # fmt: skip
    assert said_by("O02", flow) == []


def test_an_assistant_says_what_it_is_or_the_flow_does():
    flow = flow_of(helper=("agent", {"greeting": "Hi, this is Ann. What is it?"}, "tape"), **REST)
    silent = replace(flow, discloses_ai=False)
    told = flow_of(helper=("agent", {"greeting": "I am the virtual assistant."}, "tape"), **REST)
    assert said_by("O04", flow) == []
    assert said_by("O04", silent) == [("helper", "greeting", "error")]
    assert said_by("O04", replace(told, discloses_ai=False)) == []


def test_what_comes_before_a_message_is_no_welcome_either():
    tape = ("voicemail", "Please leave a message. " * 12, "menu")
    menu = ("menu", "For billing, press 1.", {"1": "bye", ...: "bye"})
    assert said_by("O01", flow_of(tape=tape, menu=menu, bye=REST["bye"])) == []
