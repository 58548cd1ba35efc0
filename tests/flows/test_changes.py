"""What differs between two flows, as sentences."""

from dataclasses import replace

import pytest

from flows.changes import called, changes
from flows.engine.recording import Recording
from flows.engine.schedule import Schedule
from tests.builders import flow_of

BYE = ("hang_up", "Goodbye.")


def line(text="Hello.", to="bye", **more):
    return flow_of(hello=("say", text, to), bye=BYE, **more)


def test_the_same_flow_has_no_changes():
    assert changes(line(), line()) == []


def test_what_callers_hear_is_told_with_what_they_heard():
    (sentence,) = changes(line(), line("Good day."))
    assert sentence == "In “Hello”, callers now hear “Good day.”; they heard “Hello.”."


def menu(prompt="For billing, press 1.", exits=None, **settings):
    return flow_of(menu=("menu", {"prompt": prompt, **settings}, exits or {"1": "bye", ...: "bye"}), bye=BYE)


def test_a_setting_is_told_by_its_label_with_what_it_was():
    (sentence,) = changes(menu(), menu(first_key_seconds=8))
    assert sentence == "In “Menu”, wait for the first key is now 8 s; it was 6 s."
    assert changes(menu(), menu(speech=False)) == ["In “Menu”, callers may speak is now off; it was on."]


def test_a_text_that_is_gone_is_told_too():
    (sentence,) = changes(menu(), menu(no_input_last=""))
    assert sentence == "In “Menu”, callers no longer hear “Sorry, I could not hear you.” (after the last silence)."


def test_a_key_is_told_as_what_callers_press():
    late = {"late": ("say", "We are late.", "bye")}
    before, after = (
        flow_of(menu=("menu", "Press 3.", {"3": (to, "Support"), ...: "bye"}), bye=BYE, **late)
        for to in ("bye", "late")
    )
    (sentence,) = changes(before, after)
    assert sentence == "In “Menu”, pressing 3 (Support) now goes to “Late”; it went to “Bye”."


def test_words_that_callers_may_say_are_told():
    before, after = (
        menu(exits={"1": ("bye", "Billing", *words), ...: "bye"}) for words in (["bill"], ["bill", "invoice"])
    )
    assert changes(before, after) == ["In “Menu”, pressing 1 (Billing): callers may now say “invoice”."]
    assert changes(after, before) == ["In “Menu”, pressing 1 (Billing): they may no longer say “invoice”."]


def test_a_destination_is_told_by_its_name():
    resources = {"destination": {"desk": "Support desk", "sales": "Sales"}, "hours": {}, "lookup": {}}
    before, after = (
        flow_of(put=("transfer", {"destination": where}, "bye"), bye=BYE, resources=resources)
        for where in ("desk", "sales")
    )
    assert changes(before, after) == ["In “Put”, put through to is now “Sales”; it was “Support desk”."]


def test_an_exit_that_leads_elsewhere_says_where_to_and_where_from():
    late = ("say", "We are late.", "bye")
    (sentence,) = changes(line(late=late), line(to="late", late=late))
    assert "now goes to “Late”; it went to “Bye”" in sentence


def test_new_and_removed_steps_are_named():
    more = line(late=("say", "We are late.", "bye"))
    assert changes(line(), more) == ["New step: “Late” (Say something)."]
    assert changes(more, line()) == ["Removed: “Late”."]


def test_choices_that_come_and_go_are_named_by_key_and_label():
    few = flow_of(menu=("menu", "For billing, press 1.", {"1": "bye", ...: "bye"}), bye=BYE)
    many = flow_of(menu=("menu", "For billing, press 1.", {"1": "bye", "2": "bye", ...: "bye"}), bye=BYE)
    assert "In “Menu”, pressing 2 (Bye) is new, and goes to “Bye”." in changes(few, many)
    assert "In “Menu”, pressing 2 (Bye) is no longer possible." in changes(many, few)


def test_a_step_of_another_kind_under_the_same_name_is_a_change():
    other = flow_of(hello=("voicemail", "Speak.", "bye"), bye=BYE)
    assert "“Hello” now does something else: voicemail; it was say something." in changes(line(), other)


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


def test_recording_and_transcripts_are_told_with_what_callers_hear():
    plain = flow_of(bye=("hang_up", "Goodbye."))
    records = replace(plain, recording=Recording())
    assert changes(plain, records) == [
        "Calls are now recorded. Before anything else, callers hear “This call is recorded. If you do not want that, "
        "press 9 now.”."
    ]
    assert changes(records, plain) == ["Calls are no longer recorded, and callers no longer hear that they are."]
    assert changes(records, replace(plain, recording=Recording(may_object=False))) == [
        "Before calls are recorded, callers now hear “This call is recorded.”."
    ]
    assert changes(plain, replace(plain, keeps_transcripts=False)) == ["What is said is no longer kept as text."]
