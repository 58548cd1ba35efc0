"""Rules about waiting and asking again."""

import pytest

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

TAPE, BYE = ("voicemail", {}, "bye"), ("hang_up", "Goodbye.")


def menu(prompt="For billing, press 1.", key="1", **settings):
    return flow_of(ask=("menu", {"prompt": prompt, **settings}, {key: "tape", ...: "tape"}), tape=TAPE, bye=BYE)


def account(**settings):
    ask = ("collect_digits", {"prompt": "Your account number, please.", **settings}, "tape")
    return flow_of(ask=ask, tape=TAPE, bye=BYE)


@pytest.mark.parametrize("seconds", [3.0, 11.0])
def test_callers_have_time_to_think_but_no_dead_line(seconds):
    assert said_by("T01", menu(first_key_seconds=seconds)) == [("ask", "first_key_seconds", "warning")]
    assert said_by("T01", menu(first_key_seconds=6.0)) == []


def test_who_fetches_a_card_has_more_time():
    assert said_by("T01", account(first_key_seconds=15.0)) == []
    assert said_by("T01", account(first_key_seconds=16.0)) != []


@pytest.mark.parametrize("seconds", [1.0, 5.5])
def test_the_next_key_has_its_time(seconds):
    assert said_by("T02", account(between_keys_seconds=seconds)) == [("ask", "between_keys_seconds", "warning")]
    assert said_by("T02", account(between_keys_seconds=3.0)) == []


def test_a_menu_of_single_keys_never_waits_for_the_next():
    assert said_by("T02", menu(between_keys_seconds=1.0)) == []
    assert said_by("T02", menu(key="204", between_keys_seconds=1.0)) != []


def test_an_entry_of_any_length_has_a_key_that_ends_it():
    assert said_by("T03", account(fewest=4, most=8, terminator="")) == [("ask", "terminator", "error")]
    assert said_by("T03", account(mask="04*", terminator="")) == [("ask", "terminator", "error")]
    assert said_by("T03", account(fewest=6, most=6, terminator="")) == []
    assert said_by("T03", account(mask="##-####", terminator="")) == []
    assert said_by("T03", account(fewest=4, most=8)) == []


def test_an_amount_has_a_key_that_ends_it():
    def asked(wants):
        ask = ("ask", {"prompt": "How many?", "wants": wants, "terminator": ""}, "tape")
        return flow_of(ask=ask, tape=TAPE, bye=BYE)

    assert said_by("T03", asked("number")) == [("ask", "terminator", "error")]
    assert said_by("T03", asked("yes-no")) == []


def test_callers_are_asked_two_or_three_times():
    assert said_by("T04", account(attempts=1)) == [("ask", "attempts", "warning")]
    assert said_by("T04", account(attempts=4)) == [("ask", "attempts", "warning")]
    assert said_by("T04", menu(attempts=4)) == said_by("T04", account(attempts=3)) == []
    assert said_by("T04", menu(attempts=5)) == [("ask", "attempts", "warning")]


def test_asking_again_adds_help():
    assert said_by("T05", menu(no_match_1="Sorry.", no_input_1="Sorry.")) == [("ask", "no_match_1", "warning")]
    assert said_by("T05", account(wrong="Your account number, please.")) == [("ask", "wrong", "warning")]
    assert said_by("T05", menu()) == said_by("T05", account()) == []


def test_what_is_never_said_may_be_the_same():
    assert said_by("T05", menu(no_input_1="Sorry.", no_input_2="Sorry.", attempts=2)) == []
    assert said_by("T05", menu(no_input_1="", no_input_2="")) == []


def failing(goodbye, **settings):
    asked = ("menu", {"prompt": "For billing, press 1.", **settings}, {"1": "tape", "no-match": "tape", ...: "bye"})
    return flow_of(ask=asked, tape=TAPE, bye=("hang_up", {"text": goodbye}))


def test_callers_who_say_nothing_hear_something_before_the_end():
    assert said_by("T06", failing("", no_input_last="")) == [("ask", "exit:no-input", "error")]
    assert (
        said_by("T06", failing("", no_input_last="Sorry.")) == said_by("T06", failing("Bye.", no_input_last="")) == []
    )


def test_callers_who_tried_are_not_sent_away():
    flow = flow_of(ask=("menu", "Well?", {"1": "tape", ...: "bye"}), tape=TAPE, bye=BYE)
    assert said_by("T06", flow) == [("ask", "exit:no-match", "warning")]
    assert said_by("T06", menu()) == []


def test_who_is_not_understood_learns_the_keys():
    speech = {"prompt": "Billing, or sales?", "no_match_2": "Sorry?", "no_input_2": "Are you there?"}
    assert said_by("T07", menu(**speech)) == [("ask", "no_match_2", "warning")]
    assert said_by("T07", menu(**speech, speech=False)) == said_by("T07", menu("Billing, or sales?")) == []
