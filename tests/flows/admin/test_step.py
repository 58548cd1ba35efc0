"""The page of a step: added by a question, edited by a form, deleted only when nobody is led there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from flows import drafts
from flows.models import Destination, Exit, Flow, Step
from tests.flows.addresses import delete_url
from tests.flows.pages import fields, fill_in, text_of


def test_two_people_editing_one_step_get_a_conflict_and_lose_nothing(maria, paul, menu):
    url = menu.get_absolute_url()
    of_maria = fields(maria.get(url), "step_form")
    fill_in(paul, url, "step_form", offer_person="")

    answer = maria.post(url, {**of_maria, "prompt": "Maria's words.", "_save": "Save"})

    shown = text_of(answer)
    assert "Paul Becker saved “Main menu”" in shown
    assert "What you typed is safe below" in shown
    assert fields(answer, "step_form")["prompt"] == "Maria's words."
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "For billing, press 1."

    maria.post(url, {**fields(answer, "step_form"), "_save": "Save"})
    menu.refresh_from_db()
    assert menu.settings["prompt"] == "Maria's words."


def test_a_step_that_is_led_to_is_not_deleted_and_the_sentence_names_where(maria, menu):
    bye = menu.flow.steps.get(key="goodbye")

    answer = maria.post(delete_url(bye), {"post": "yes"}, follow=True)

    assert "callers come here from “Main menu” (Billing)" in text_of(answer)
    assert Step.objects.filter(pk=bye.pk).exists()


def test_a_step_that_nobody_is_led_to_is_deleted_and_counts_as_a_change(maria, line):
    spare = drafts.add_step(line, name="Spare", kind="say")
    before = Flow.objects.get(pk=line.pk).revision

    answer = maria.post(delete_url(spare), {"post": "yes"})

    assert answer.url == line.get_absolute_url()
    assert not Step.objects.filter(pk=spare.pk).exists()
    assert Flow.objects.get(pk=line.pk).revision == before + 1


def test_a_step_of_a_kind_that_is_gone_still_has_a_page(maria, line):
    line.steps.filter(key="hello").update(kind="fax")
    hello = line.steps.get(key="hello")
    assert "does not know this kind of step" in text_of(maria.get(hello.get_absolute_url()))
    assert maria.get(line.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", ["agent", "menu"])
def test_a_longer_flow_needs_no_more_queries_for_one_step(maria, line, desk, kind, django_assert_num_queries):
    step = drafts.add_step(line, name="Helper", kind=kind)
    maria.get(step.get_absolute_url())
    with CaptureQueriesContext(connection) as seen:
        maria.get(step.get_absolute_url())
    for n in range(4):
        more = drafts.add_step(line, name=f"More {n}", kind="menu")
        Destination.objects.create(key=f"desk-{n}", name=f"Desk {n}", number=f"+1415555010{n}")
        Exit.objects.create(step=step, outcome=f"{n + 1}", label="More", goes_to=more, place=n + 20)
        step.exits.filter(outcome="person").update(goes_to=more)
    with django_assert_num_queries(len(seen)):
        maria.get(step.get_absolute_url())


def test_the_builder_of_an_ai_step_chooses_whether_callers_may_interrupt_it(maria, line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    url = step.get_absolute_url()
    page = maria.get(url)
    assert fields(page, "step_form")["interruption"] == "at-any-time"
    shown = text_of(page)
    speaks = shown[shown.index("How it speaks") : shown.index("How far it may go")]
    assert "May callers interrupt it?" in speaks
    assert "Any key stops it, 0 reaches a person." in speaks

    fill_in(maria, url, "step_form", interruption="never")

    step.refresh_from_db()
    assert step.settings["interruption"] == "never"
    assert fields(maria.get(url), "step_form")["interruption"] == "never"
