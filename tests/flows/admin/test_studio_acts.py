"""What the studio does to a draft, as its page and a plain form send it."""

import pytest
from django.urls import reverse

from flows import drafts
from flows.models import Exit, Flow, Step
from tests.flows.pages import client_of, text_of

JSON = {"Accept": "application/json"}


def act(client, flow, act_name, /, **sent):
    return client.post(reverse("admin:flows_studio_act", args=[flow.pk, act_name]), sent, headers=JSON)


def test_a_step_is_added_after_an_exit_and_opened(maria, menu):
    drafts.connect(menu, "1", None)
    answer = act(maria, menu.flow, "add", kind="say", step="main-menu", outcome="1").json()
    made = Step.objects.get(flow=menu.flow, key=answer["open"])
    assert made.name == "Say something"
    assert Exit.objects.get(step=menu, outcome="1").goes_to == made


def test_a_second_step_of_a_kind_has_a_name_of_its_own(maria, line):
    for _ in range(2):
        act(maria, line, "add", kind="menu")
    assert [step.name for step in line.steps.filter(kind="menu")] == ["Menu", "Menu 2"]


def test_a_step_is_copied_with_its_settings_and_exits_and_opened(maria, menu):
    answer = act(maria, menu.flow, "copy", step="main-menu").json()
    copy = Step.objects.get(flow=menu.flow, key=answer["open"])
    assert (copy.name, copy.settings) == ("Main menu (copy)", menu.settings)
    there, here = (sorted(s.exits.values_list("outcome", "label", "phrases", "goes_to")) for s in (menu, copy))
    assert here == there
    second = act(maria, menu.flow, "copy", step="main-menu").json()["open"]
    assert Step.objects.get(key=second).name == "Main menu (copy 2)"
    act(maria, menu.flow, "undo")
    assert not Step.objects.filter(key=second).exists()


def test_an_exit_is_connected_and_left_open_again(maria, menu):
    said = act(maria, menu.flow, "connect", step="hello", outcome="next", to="goodbye").json()["said"]
    assert said == "“Hello”, it was heard: leads to “Goodbye”."
    act(maria, menu.flow, "connect", step="hello", outcome="next", to="")
    assert Exit.objects.get(step__key="hello").goes_to is None


def test_a_step_is_deleted_and_callers_are_led_elsewhere(maria, menu):
    answer = act(maria, menu.flow, "delete", step="main-menu", lead_to="goodbye").json()
    assert answer["closed"] == "main-menu"
    assert Exit.objects.get(step__key="hello").goes_to.key == "goodbye"


def test_calls_begin_elsewhere_when_the_first_step_is_deleted(maria, menu):
    act(maria, menu.flow, "delete", step="hello", lead_to="main-menu")
    assert Flow.objects.get(pk=menu.flow_id).start == menu


def test_undo_and_redo_say_what_they_did(maria, line):
    act(maria, line, "add", kind="menu")
    answer = act(maria, line, "undo").json()
    assert (answer["said"], answer["redo"]) == ("Undone: Menu (added).", "Menu (added)")
    assert act(maria, line, "redo").json()["said"] == "Done again: Menu (added)."
    assert act(maria, line, "redo").json()["said"] == "There is nothing to do again."


def test_a_step_moves_in_the_list(maria, menu):
    act(maria, menu.flow, "move", step="main-menu", by="-1")
    assert [step.key for step in menu.flow.steps.all()] == ["hello", "main-menu", "goodbye"]


def test_the_line_is_stored_and_what_is_wrong_is_told_by_field(maria, line):
    form = {"name": "Head office", "language": "en-US", "revision": line.revision}
    assert act(maria, line, "line", **form).json()["revision"] == line.revision + 1
    assert Flow.objects.get(pk=line.pk).name == "Head office"
    assert act(maria, line, "line", **(form | {"name": "", "revision": line.revision + 1})).json()["errors"]["name"]


def test_without_scripts_an_act_leads_back_to_the_page(maria, line):
    act(maria, line, "add", kind="menu")
    answer = maria.post(reverse("admin:flows_studio_act", args=[line.pk, "undo"]), follow=True)
    assert answer.redirect_chain == [(line.get_absolute_url(), 302)]
    assert "Undone: Menu (added)." in text_of(answer)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("add", {"kind": "nonsense"}),
        ("connect", {"step": "hello", "outcome": "nonsense", "to": "goodbye"}),
        ("connect", {"step": "hello", "outcome": "next", "to": "nonsense"}),
        ("connect", {}),
        ("delete", {"step": "nonsense"}),
        ("delete", {"step": "hello", "lead_to": "hello"}),
        ("move", {"step": ""}),
        ("nonsense", {}),
    ],
)
def test_what_makes_no_sense_changes_nothing(maria, line, name, sent):
    assert act(maria, line, name, **sent).status_code == 404
    assert Flow.objects.get(pk=line.pk).revision == line.revision


def test_steps_of_other_flows_are_out_of_reach(maria, line):
    other = Flow.objects.create(name="Other", slug="other")
    drafts.add_step(other, name="Elsewhere", kind="say")
    assert act(maria, line, "delete", step="elsewhere").status_code == 404
    assert act(maria, line, "connect", step="hello", outcome="next", to="elsewhere").status_code == 404


def test_only_builders_act(person, line):
    assert act(client_of(person("operations viewer")), line, "undo").status_code == 403
    assert act(client_of(person("builder")), line, "undo").status_code == 200
