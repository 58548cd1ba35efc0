"""Two people in one flow: a form that was overtaken overwrites nothing."""

import pytest

from flows import drafts
from flows.lineform import FlowForm
from flows.stepform import step_form
from tests.flows.typing_in import filled, saved, shown


def test_a_save_in_between_shows_both_and_stores_nothing(menu, builder):
    opened = shown(menu)
    saved(filled(menu, prompt="For billing, press 1. Or just say it."))
    drafts.touch(menu.flow, by=builder, what="Main menu")
    menu.refresh_from_db()

    form = step_form(menu)({**opened, "prompt": "Press 1 for bills."}, instance=menu)

    assert not form.is_valid()
    assert "Maria Lopez saved “Main menu”" in form.non_field_errors()[0]
    assert form.errors["prompt"] == ["Stored meanwhile: “For billing, press 1. Or just say it.”"]
    assert form["prompt"].value() == "Press 1 for bills."
    again = step_form(menu)(form.data, instance=menu)
    assert saved(again).settings["prompt"] == "Press 1 for bills."


@pytest.mark.parametrize("revision", ["", "0", "-1", "9" * 30, "abc"])
def test_a_made_up_revision_overwrites_nothing(revision, line):
    form = filled(line.steps.get(key="hello"), text="Overwritten.", revision=revision)
    assert not form.is_valid()


def test_a_builder_chooses_a_voice_by_its_title_and_no_other(line):
    form = FlowForm(instance=line)
    assert ("local:anna", "Anna, American (Offline voice)") in form.fields["voice"].choices
    wrong = FlowForm({"name": line.name, "language": "en-US", "voice": "nobody"}, instance=line)
    assert "voice" in wrong.errors


def test_a_voice_stored_without_its_engine_is_shown_as_what_it_is(line):
    line.voice = "anna"
    form = FlowForm(instance=line)
    assert form["voice"].value() == "local:anna"
    assert not any("not offered" in title for _, title in form.fields["voice"].choices)


def test_a_voice_that_is_not_offered_any_more_stays_until_another_is_chosen(line):
    line.voice = "gone"
    assert ("gone", "gone (not offered any more)") in FlowForm(instance=line).fields["voice"].choices
