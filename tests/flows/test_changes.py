"""What differs between two flows, as sentences."""

from dataclasses import replace

import pytest

from flows.changes import called, changes
from flows.engine.schedule import Schedule
from tests.builders import flow_of

BYE = ("hang_up", "Goodbye.")


def line(text="Hello.", to="bye", **more):
    return flow_of(hello=("say", text, to), bye=BYE, **more)


def test_the_same_flow_has_no_changes():
    assert changes(line(), line()) == []


def test_a_setting_is_named_by_its_label():
    (sentence,) = changes(line(), line("Good day."))
    assert sentence == "“Hello” changed: what callers hear."


def test_an_exit_that_leads_elsewhere_says_where_to_and_where_from():
    late = ("say", "We are late.", "bye")
    (sentence,) = changes(line(late=late), line(to="late", late=late))
    assert "goes to “Late”; before, goes to “Bye”" in sentence


def test_new_and_removed_steps_are_named():
    more = line(late=("say", "We are late.", "bye"))
    assert changes(line(), more) == ["New step: “Late” (Say something)."]
    assert changes(more, line()) == ["Removed: “Late”."]


def test_choices_that_come_and_go_are_named_by_key_and_label():
    few = flow_of(menu=("menu", "For billing, press 1.", {"1": "bye", ...: "bye"}), bye=BYE)
    many = flow_of(menu=("menu", "For billing, press 1.", {"1": "bye", "2": "bye", ...: "bye"}), bye=BYE)
    assert any("“Menu”, 2 · Bye: new, goes to “Bye”" in sentence for sentence in changes(few, many))
    assert any("“Menu”, 2 · Bye: removed" in sentence for sentence in changes(many, few))


def test_a_step_of_another_kind_under_the_same_name_is_a_change():
    other = flow_of(hello=("voicemail", "Speak.", "bye"), bye=BYE)
    assert "“Hello” changed: what it does." in changes(line(), other)


def test_hours_that_changed_are_named():
    asked = {"open": ("opening_hours", {"hours": "office"}, "bye")}
    before = flow_of(**asked, bye=BYE)
    resources = {**before.resources, "hours": {"office": Schedule(name="Office", zone="UTC")}}
    assert "The opening hours “Office” changed." in changes(before, flow_of(**asked, bye=BYE, resources=resources))


@pytest.mark.parametrize(
    ("outcome", "label", "said"),
    [
        ("1", "Billing", "1 · Billing"),
        ("*", "", "*"),
        ("no-input", "nothing was said", "nothing was said"),
        ("x", "", "x"),
    ],
)
def test_an_exit_is_called_by_its_key_and_label(outcome, label, said):
    assert called(outcome, label) == said


def test_new_words_for_an_exit_of_the_kind_itself_are_no_change():
    before, after = line(), line()
    named = {**before.exits, ("hello", "next"): replace(before.exits["hello", "next"], label="in older words")}
    assert changes(replace(before, exits=named), after) == []
