"""Rules about the opening: how long, how plain, and what an assistant says of itself."""

from dataclasses import replace

from flows.engine.recording import Recording
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


def languages(prompt, *labels, first=True):
    choices = {str(place): ("tape", label) for place, label in enumerate(labels, start=1)} | {...: "tape"}
    steps = {"hello": ("say", "Welcome.", "pick"), "pick": ("menu", prompt, choices)}
    if not first:
        steps = {"main": ("menu", "For more, press 1.", {"1": "pick", ...: "tape"}), "pick": steps["pick"]}
    return flow_of(**steps, **REST)


def test_the_language_comes_first_and_each_speaks_for_itself():
    both = "For English, press 1. Para español, oprima el 2."
    assert said_by("O03", languages(both, "English", "Español")) == []
    assert said_by("O03", languages(both, "English", "Spanish", first=False)) == [("pick", "", "warning")]
    assert said_by("O03", languages("For English, press 1. For Spanish, press 2.", "English", "Spanish")) == [
        ("pick", "prompt", "warning")
    ]
    many = "English, español, français, Deutsch?"
    assert said_by("O03", languages(many, "English", "Spanish", "French", "German")) == [("pick", "options", "warning")]


def test_a_menu_that_names_a_language_among_others_is_no_choice_of_languages():
    assert said_by("O03", languages("Well?", "Billing", "English lessons", "Spanish")) == []


def test_callers_are_told_before_they_are_recorded():
    def recorded(tape, hello="Welcome."):
        return flow_of(hello=("say", hello, "tape"), tape=("voicemail", tape, "bye"), bye=REST["bye"])

    assert said_by("O05", recorded("Nobody is here.")) == [("tape", "prompt", "error")]
    assert said_by("O05", recorded("Please leave a message.")) == []
    assert said_by("O05", recorded("Nobody is here.", "This call is recorded.")) == []


def test_one_way_to_a_recording_without_a_word_of_it_is_enough():
    flow = flow_of(menu=("menu", "Well?", {"1": "told", ...: "tape"}), told=("say", "You are recorded.", "tape"),
                   tape=("voicemail", "Nobody is here.", "bye"), bye=REST["bye"])  # fmt: skip
    assert said_by("O05", flow) == [("tape", "prompt", "error")]


def test_a_notice_tells_of_recordings_on_every_path_and_must_say_so():
    flow = flow_of(tape=("voicemail", {"prompt": "Nobody is here."}, "bye"), bye=REST["bye"])
    assert said_by("O05", replace(flow, recording=Recording())) == []
    assert said_by("O05", replace(flow, recording=Recording(notice="Hello."))) == [("", "recording_notice", "error")]


def test_the_notice_counts_as_part_of_the_welcome():
    flow = greeted("Welcome. " * 11)
    assert said_by("O01", flow) == []
    assert said_by("O01", replace(flow, recording=Recording())) == [("hello", "text", "warning")]
