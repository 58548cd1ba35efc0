"""The page of a flow, and the page that publishes it, driven as a browser without JavaScript would."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows import drafts, publishing
from flows.models import (
    Exit,
    Flow,
    FlowVersion,
    Step,
)
from tests.flows.addresses import add_url, publish_url
from tests.flows.pages import fields, fill_in, text_of


def test_a_line_is_built_from_nothing_with_names_and_choices_alone(maria, paul, quick_voice):
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Night line")
    flow = Flow.objects.get()
    assert flow.slug == "night-line"

    fill_in(maria, add_url(flow), "step_form", name="Hello", kind="say")
    hello = Step.objects.get()
    assert "Add a new step here" in text_of(maria.get(hello.get_absolute_url()))
    after = f"{add_url(flow)}&after={hello.exits.get().pk}"
    fill_in(maria, after, "step_form", name="Goodbye", kind="hang_up")
    answer = fill_in(maria, hello.get_absolute_url(), "step_form", text="We are asleep.")
    assert answer.url == f"{flow.get_absolute_url()}#step-hello"

    flow.refresh_from_db()
    assert flow.start == hello
    assert hello.exits.get().goes_to.name == "Goodbye"
    fill_in(paul, publish_url(flow), None, notes="First.")
    assert FlowVersion.objects.get().snapshot["steps"]["hello"]["settings"]["text"] == "We are asleep."


def test_the_page_of_a_flow_shows_each_step_where_it_leads_and_what_is_to_be_mended(maria, menu):
    menu.exits.filter(outcome="1").update(goes_to=None)

    shown = text_of(maria.get(menu.flow.get_absolute_url()))

    assert "Draft, not published yet" in shown
    assert "Main menu Menu" in shown
    assert re.search(r"1 · Billing → not connected", shown)
    assert re.search(r"the caller asked for a person → Goodbye", shown)
    assert "1 problem" in shown
    assert "Choose where callers go next after “Billing”." in shown


def test_the_page_tells_what_is_live_and_whether_the_draft_moved_on(maria, line, number, quick_voice):
    version = publishing.publish(line, by=None)
    publishing.go_live(number, version, by=None)
    assert "Same as v1" in text_of(maria.get(line.get_absolute_url()))

    fill_in(maria, line.steps.get(key="hello").get_absolute_url(), "step_form", text="Hello!")

    shown = text_of(maria.get(line.get_absolute_url()))
    assert "Draft, changed since v1" in shown
    assert "v1 live on +14155550199" in shown


def test_steps_move_up_and_down_and_nothing_typed_beside_them_is_lost(maria, line):
    sent = fields(maria.get(line.get_absolute_url()), "flow_form")
    bye = line.steps.get(key="goodbye")

    maria.post(line.get_absolute_url(), {**sent, "name": "Day line", "_move": f"{bye.pk}:-1"})

    line.refresh_from_db()
    assert line.name == "Day line"
    assert [step.key for step in line.steps.all()] == ["goodbye", "hello"]


@pytest.mark.parametrize("move", ["", ":", "x:1", "999999:1", f"{'9' * 40}:1"])
def test_a_made_up_move_moves_nothing(move, maria, line):
    sent = fields(maria.get(line.get_absolute_url()), "flow_form")
    answer = maria.post(line.get_absolute_url(), {**sent, "_move": move})
    assert answer.status_code == 404
    assert [step.key for step in line.steps.all()] == ["hello", "goodbye"]


def test_calls_begin_only_at_a_step_of_the_same_flow(maria, line):
    other = Flow.objects.create(name="Other", slug="other")
    stranger = drafts.add_step(other, name="Stranger", kind="say")

    answer = fill_in(maria, line.get_absolute_url(), "flow_form", start=str(stranger.pk))
    assert answer.status_code == 200
    bye = line.steps.get(key="goodbye")
    fill_in(maria, line.get_absolute_url(), "flow_form", start=str(bye.pk))

    line.refresh_from_db()
    assert line.start == bye


def test_two_flows_may_have_names_that_sound_alike(maria):
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Main line")
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Main-line")
    fill_in(maria, reverse("admin:flows_flow_add"), "flow_form", name="Главная")
    assert sorted(Flow.objects.values_list("slug", flat=True)) == ["flow", "main-line", "main-line-2"]


def test_queries_of_the_page_do_not_grow_with_its_steps(maria, line):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            maria.get(line.get_absolute_url())
        return len(found)

    maria.get(line.get_absolute_url())
    few = queries()
    for n in range(8):
        drafts.add_step(line, name=f"Menu {n}", kind="menu")
    assert queries() == few


def test_a_conflict_on_the_flow_itself_shows_both_names(maria, paul, line):
    of_maria = fields(maria.get(line.get_absolute_url()), "flow_form")
    fill_in(paul, line.get_absolute_url(), "flow_form", name="Paul's line")

    answer = maria.post(line.get_absolute_url(), {**of_maria, "name": "Maria's line", "_save": "Save"})

    shown = text_of(answer)
    assert "Paul Becker saved" in shown
    assert "Stored meanwhile: “Paul's line”" in shown
    line.refresh_from_db()
    assert line.name == "Paul's line"


def test_publishing_tells_what_changes_for_callers(paul, line, quick_voice):
    publishing.publish(line, by=None)
    bye = line.steps.get(key="goodbye")
    voicemail = drafts.add_step(line, name="Voicemail", kind="voicemail", after=None)
    voicemail.exits.update(goes_to=bye)
    line.steps.get(key="hello").exits.update(goes_to=voicemail)

    shown = text_of(paul.get(publish_url(line)))

    assert "New step: “Voicemail” (Voicemail)." in shown
    assert "now goes to “Voicemail”; it went to “Goodbye”." in shown
    assert "Publish version 2" in shown


def test_the_publish_page_lists_problems_instead_of_a_button(paul, line, quick_voice):
    line.steps.filter(key="hello").update(settings={"text": ""})
    shown = text_of(paul.get(publish_url(line)))
    assert "1 problem to mend first" in shown
    assert "Publish version" not in shown

    paul.post(publish_url(line), {"notes": ""})
    assert not FlowVersion.objects.exists()


def test_a_voice_that_fails_is_told_on_the_page(paul, line, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.broken"
    shown = text_of(paul.post(publish_url(line), {"notes": ""}, follow=True))
    assert "The line keeps its present version" in shown
    assert not FlowVersion.objects.exists()


def test_publishing_the_same_again_says_so(paul, line, quick_voice):
    publishing.publish(line, by=None)
    assert "Nothing has changed since version 1" in text_of(paul.post(publish_url(line), {"notes": ""}))


def test_no_page_carries_a_script_of_its_own(paul, menu, quick_voice):
    version = publishing.publish(menu.flow, by=None)
    for url in (menu.get_absolute_url(), menu.flow.get_absolute_url(), version.get_absolute_url(), add_url(menu.flow)):
        own = paul.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\b(src|type)=)[^>]*>[^<]*\S", own), url
        assert not re.search(r"\son(click|change|submit|load)=", own), url


def test_names_of_other_people_are_escaped(maria, line):
    Exit.objects.update(label="<script>alert(1)</script>")
    line.steps.update(name="<img src=x onerror=alert(1)>")
    page = maria.get(line.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_engines_are_folded_until_one_is_chosen(maria, line):
    assert "Listening and AI: as usual on this site" in text_of(maria.get(line.get_absolute_url()))
    line.agent = "gone"
    line.save()
    shown = text_of(maria.get(line.get_absolute_url()))
    assert "as usual on this site" not in shown
    assert "gone (not offered any more)" in shown
