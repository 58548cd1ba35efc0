"""What rules offer to change: what stands on the button, and that the finding is gone after it."""

import pytest

from flows.practice import findings
from flows.practice.proving import Prover, mended
from tests.builders import flow_of

TAPE, BYE, DESK = ("voicemail", {}, "bye"), ("hang_up", "Goodbye."), ("transfer", {"destination": "desk"}, "tape")
REST = {"tape": TAPE, "bye": BYE}


def menu(prompt="For billing, press 1.", choices=None, **settings):
    asked = ("menu", {"prompt": prompt, **settings}, choices or {"1": "tape", ...: "tape"})
    return flow_of(ask=asked, **REST)


def ask(prompt="Why do you call?", **settings):
    return flow_of(ask=("ask", {"prompt": prompt, **settings}, "tape"), **REST)


def staffed(**settings):
    asked = ("menu", {"prompt": "For billing, press 1.", **settings}, {"1": "desk", ...: "tape"})
    return flow_of(ask=asked, desk=DESK, **REST)


def digits(prompt="The number, please.", **settings):
    return flow_of(ask=("collect_digits", {"prompt": prompt, **settings}, "tape"), **REST)


def helper(**settings):
    return flow_of(ask=("agent", settings, {"person": "bye", ...: "desk"}), desk=DESK, **REST)


LONG = "For billing, press 1. " * 9
OFFERED = [
    ("T01", menu(first_key_seconds=12.0), "Shorten “Wait for the first key” to 6 s"),
    ("T01", menu(first_key_seconds=2.0), "Lengthen “Wait for the first key” to 6 s"),
    ("T02", digits(between_keys_seconds=8.0), "Shorten “Wait between keys” to 3 s"),
    ("T03", digits(terminator="", fewest=3, most=9), "Let # end the entry, and say “Then press the pound key.”"),
    ("T04", menu(attempts=1), "Raise “How often to ask” to 3"),
    ("T05", menu(no_match_1="For billing, press 1."), "Say the usual “Sorry, I did not get that.”"),
    ("T06", flow_of(ask=("menu", "For sales, press 1.", {"1": "desk", ...: "bye"}), desk=DESK, **REST),
     "Lead callers to “Desk”"),
    ("M04", staffed(offer_person=False), "Add “For a person, press 0.”, which leads to “Desk”"),
    ("M07", menu("Press 1 for billing."), "Move the key to the end: “For billing, press 1.”"),
    ("M08", menu("Billing, or sales?", {"2": "tape", "1": "bye", ...: "tape"}),
     "Put the choices in the order of their keys"),
    ("K02", menu("For billing, press or say 1."), "Take “press or say” for “press”"),
    ("K04", flow_of(ask=("say", {"text": "Welcome to us. " * 12, "barge_in": False}, "tape"), **REST),
     "Turn on “Keys cut it short”"),
    ("K06", ask("When shall your appointment be?", wants="date"), "Turn on “Read it back”"),
    ("L01", menu(LONG), "Add the choice *, “Again”"),
    ("L05", digits("Please type your PIN."), "Turn on “Do not keep the digits”"),
    ("O06", flow_of(ask=("transfer", {"destination": "desk", "listens": True}, "bye"), **REST),
     "Turn off “Write down the talk as it is spoken”"),
    ("I01", helper(), "Lead callers to “Desk”"),
    ("I02", helper(max_seconds=600), "Shorten “Longest time” to 180 s"),
    ("O02", flow_of(ask=("say", "Welcome to Hart Tools. Your call is important to us.", "tape"), **REST),
     "Say only “Welcome to Hart Tools.”"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "flow", "label"), OFFERED)
def test_a_finding_offers_a_change_after_which_it_is_gone(rule, flow, label):
    finding = next(one for one in findings(flow) if one.rule.id == rule)
    assert finding.mend is not None
    assert finding.mend.label == label
    assert Prover(flow).offer(finding)
    after = mended(flow, finding.step, finding.mend)
    assert (rule, finding.field) not in {(one.rule.id, one.field) for one in findings(after)}


def test_an_added_way_to_a_person_is_told_in_the_prompt_once():
    finding = next(one for one in findings(staffed(offer_person=False)) if one.rule.id == "M04")
    after = mended(staffed(offer_person=False), "ask", finding.mend)
    assert after.steps["ask"].prompt == "For billing, press 1. For a person, press 0."
    assert after.exits["ask", "person"].goes_to == "desk"
    told = staffed(offer_person=False, prompt="For billing, press 1. Zero does nothing.")
    assert next(one for one in findings(told) if one.rule.id == "M04").mend.label == "Let 0 reach “Desk”"


def test_a_text_that_somebody_recorded_stays():
    flow = menu("Press 1 for billing.")
    recorded = {**flow.resources, "recording": {"Press 1 for billing.": "abc"}}
    flow = flow_of(resources=recorded, ask=("menu", "Press 1 for billing.", {"1": "tape", ...: "tape"}), **REST)
    assert next(one for one in findings(flow) if one.rule.id == "M07").mend is None


def test_where_people_are_in_two_places_nobody_is_led_to_one_of_them():
    asked = ("menu", {"prompt": "For sales, press 1.", "offer_person": False}, {"1": "one", "2": "two", ...: "tape"})
    flow = flow_of(ask=asked, one=DESK, two=DESK, **REST)
    assert next(one for one in findings(flow) if one.rule.id == "M04").mend is None
