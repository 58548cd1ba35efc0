"""The rendered prompts, read-only: heard, and found where callers hear them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flows import publishing, seams
from flows.models import PromptAudio
from tests.flows.pages import text_of

LIST = "admin:flows_promptaudio_changelist"


@pytest.fixture
def prompt(db):
    return PromptAudio.objects.create(
        digest="d" * 64, engine="local", voice="f3", language="en-US", text="Hello.", audio=bytes(12_000)
    )


def test_prompts_are_listed_with_their_length_and_cannot_be_changed(maria, prompt):
    page = maria.get(reverse(LIST))
    shown = text_of(page)
    assert "Hello." in shown
    assert "1.5 s" in shown
    assert "f3 (Offline voice)" in shown
    assert "nowhere now" in shown
    assert reverse("admin:flows_promptaudio_sound", args=[prompt.digest]) in page.content.decode()
    assert maria.get(reverse("admin:flows_promptaudio_add")).status_code == 403
    assert maria.post(reverse("admin:flows_promptaudio_delete", args=[prompt.pk]), {"post": "yes"}).status_code == 403


def test_a_prompt_names_the_steps_and_live_versions_that_say_it(maria, line, number, scripted_voice):
    version = publishing.publish(line, by=None)
    publishing.go_live(number, version, by=None)
    shown = text_of(maria.get(reverse(LIST)))
    assert "Main line · Hello , Main line v1, live" in shown
    key = seams.digests(["Goodbye."], voice="", language="en-US")["Goodbye."]
    shown = text_of(maria.get(reverse("admin:flows_promptaudio_change", args=[key])))
    assert "Main line · Goodbye" in shown


def test_queries_of_the_list_do_not_grow_with_its_prompts(maria, line, prompt, scripted_voice):
    def queries():
        with CaptureQueriesContext(connection) as found:
            maria.get(reverse(LIST))
        return len(found)

    few = queries()
    publishing.publish(line, by=None)
    assert PromptAudio.objects.count() == 3
    assert queries() == few


def test_voices_are_listed_and_filtered_by_what_people_call_them(maria, prompt):
    PromptAudio.objects.create(digest="a" * 64, engine="local", voice="anna", language="en-US", text="Bye.", audio=b"")
    shown = text_of(maria.get(reverse(LIST)))
    assert "Anna, American (Offline voice)" in shown

    by_anna = text_of(maria.get(reverse(LIST), {"read_by": "local:anna"}))
    assert "Bye." in by_anna
    assert "Hello." not in by_anna


def test_a_voice_that_was_not_chosen_is_the_usual_one_of_its_engine(maria, prompt):
    PromptAudio.objects.update(voice="")
    assert "Usual voice (Offline voice)" in text_of(maria.get(reverse(LIST)))
