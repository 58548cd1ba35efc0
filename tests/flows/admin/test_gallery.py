"""The page on which a flow begins."""

import pytest
from django.urls import reverse

from flows.models import Destination, Flow
from tests.flows.pages import client_of, text_of


def test_the_list_of_flows_leads_to_the_templates(maria):
    shown = maria.get(reverse("admin:flows_flow_changelist"))
    assert "Start from a template" in text_of(shown)
    assert f'href="{reverse("admin:flows_gallery")}"' in shown.content.decode()


def test_a_template_shows_for_whom_it_is_and_what_callers_hear_first(maria, django_assert_max_num_queries):
    maria.get(reverse("admin:flows_gallery"))
    with django_assert_max_num_queries(12):
        shown = text_of(maria.get(reverse("admin:flows_gallery")))
    assert "For an office with a few departments" in shown
    assert "Thank you for calling Hill and Company." in shown
    assert shown.index("Restaurant") < shown.index("An empty flow")


def test_one_press_makes_a_flow_with_its_destinations_waiting_for_approval(maria, builder, line):
    made = maria.post(reverse("admin:flows_gallery"), {"template": "01_main_line"})

    flow = Flow.objects.exclude(pk=line.pk).get()
    assert made.url == f"{flow.get_absolute_url()}#phone"
    assert flow.name == "Main line 2"
    assert flow.changed_by == builder
    assert flow.steps.count() == 8
    assert set(Destination.objects.values_list("awaits_approval", flat=True)) == {True}

    shown = text_of(maria.get(made.url))
    assert "Press Call, then change what you do not like." in shown
    assert "Press Call and listen" in shown  # the tour
    assert "Look at Publish" not in shown  # which only publishers can


def test_a_made_up_template_makes_nothing(maria):
    assert maria.post(reverse("admin:flows_gallery"), {"template": "../secret"}).status_code == 404
    assert not Flow.objects.exists()


def test_who_may_not_build_sees_no_templates(person):
    assert client_of(person("operations viewer")).get(reverse("admin:flows_gallery")).status_code == 403


@pytest.mark.parametrize(("text", "status"), [("Buy our tools.", 404), ("", 404)])
def test_only_words_of_templates_are_read(maria, quick_voice, text, status):
    assert maria.post(reverse("admin:flows_gallery_hear"), {"text": text}).status_code == status
    assert quick_voice == []


def test_the_first_words_of_a_template_can_be_heard(maria, scripted_voice):
    text = "Hello, this is about your appointment. To keep it, press 1. To move it, press 2. To cancel it, press 3. "
    made = maria.post(reverse("admin:flows_gallery_hear"), {"text": f"{text}For a person, press 0."})
    assert made.status_code == 200
    assert made.json()["url"]


def test_a_voice_that_fails_is_told_in_words(maria, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.broken"
    said = maria.post(
        reverse("admin:flows_gallery_hear"), {"text": "Thank you for taking a minute. It is one question."}
    )
    assert said.status_code == 503
    assert "cannot be heard now" in said.json()["sentence"]
