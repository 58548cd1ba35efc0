"""Rules about callers who need more, about secrets, and about voices."""

from dataclasses import replace

import pytest

from tests.builders import flow_of
from tests.flows.practice.saying import said_by

TAPE, BYE = ("voicemail", {}, "bye"), ("hang_up", "Goodbye.")


def ask(prompt, **settings):
    ask = ("ask", {"prompt": prompt, **settings}, "tape")
    return flow_of(ask=ask, tape=TAPE, bye=BYE)


def digits(prompt, **settings):
    return flow_of(ask=("collect_digits", {"prompt": prompt, **settings}, "tape"), tape=TAPE, bye=BYE)


def test_a_long_menu_can_be_heard_again():
    def menu(prompt, **choices):
        return flow_of(menu=("menu", prompt, {"1": "tape", **choices, ...: "tape"}), tape=TAPE, bye=BYE)

    long = "For billing, press 1. " * 9
    assert said_by("L01", menu(long)) == [("menu", "options", "hint")]
    assert said_by("L01", menu(long, **{"*": "menu"})) == said_by("L01", menu("For billing, press 1.")) == []


def test_nobody_has_to_speak():
    assert said_by("L02", ask("What is it about?", offer_person=False)) == [("ask", "offer_person", "error")]
    assert said_by("L02", ask("What is it about?")) == []
    assert said_by("L02", ask("How many?", wants="number", offer_person=False)) == []


@pytest.mark.parametrize(
    "what", ["your PIN", "your credit card number", "the security code", "your bank card’s number"]
)
def test_a_secret_is_not_kept(what):
    assert said_by("L05", digits(f"Please type {what}.")) == [("ask", "do_not_keep", "error")]
    assert said_by("L05", digits(f"Please type {what}.", do_not_keep=True)) == []


@pytest.mark.parametrize("what", ["your account number", "the number on your loyalty card", "how many pins you need"])
def test_a_number_that_is_no_secret_may_be_kept(what):
    assert said_by("L05", digits(f"Please type {what}.")) == []


def test_what_is_checked_like_a_payment_card_is_one():
    assert said_by("L05", digits("The number, please.", check="luhn", most=16)) == [("ask", "do_not_keep", "error")]
    assert said_by("L05", digits("The number, please.", check="luhn", most=9)) == []


def test_an_assistant_asks_for_no_secret():
    def helper(instructions):
        return flow_of(helper=("agent", {"instructions": instructions}, "tape"), tape=TAPE, bye=BYE)

    assert said_by("L05", helper("Ask for the credit card number.")) == [("helper", "instructions", "error")]
    assert said_by("L05", helper("Never ask for a PIN or a credit card number.")) == []


def test_one_voice_says_everything_or_the_recordings_do():
    flow = flow_of(hello=("say", "Hello.", "bye"), bye=BYE)
    assert said_by("L07", flow) == []
    some = replace(flow, resources={**flow.resources, "recording": {"Hello.": "abc"}})
    assert said_by("L07", some) == [("bye", "text", "hint")]
