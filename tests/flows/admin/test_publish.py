"""Publishing through its pages: over at once, shown while it lasts, and in words when it fails."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from flows import publications, publishing, recordings
from flows.admin import publish
from flows.models import FlowVersion, Publication, PublicationState
from tests.flows.addresses import publish_url
from tests.flows.pages import client_of, text_of

NOTES = {"notes": "Because."}


@pytest.fixture
def nobody_comes(settings, monkeypatch):
    settings.PUBLICATION_RINGER = "tests.flows.renderers.nobody"
    monkeypatch.setattr(publish, "OVER_AT_ONCE", 0.0)


def state(client, publication):
    return json.loads(client.get(reverse("admin:flows_publication_state", args=[publication.pk])).content)


def test_when_it_is_over_at_once_the_version_is_the_next_page(paul, line, scripted_voice):
    answer = paul.post(publish_url(line), NOTES, follow=True)
    assert answer.redirect_chain == [(FlowVersion.objects.get().get_absolute_url(), 302)]
    shown = text_of(answer)
    assert "Version 1 is published. It is not live yet." in shown
    assert "2 new prompts: 30 characters of reader." in shown


def test_a_worker_beside_the_request_is_waited_for_a_moment(paul, line, quick_voice, nobody_comes, monkeypatch):
    monkeypatch.setattr(publish, "OVER_AT_ONCE", 5.0)
    monkeypatch.setattr(publish.time, "sleep", lambda _: publications.carry_on(Publication.objects.get().pk))
    assert paul.post(publish_url(line), NOTES).url == FlowVersion.objects.get().get_absolute_url()


def test_while_it_lasts_its_page_says_how_far_it_is_with_and_without_a_script(paul, line, scripted_voice, nobody_comes):
    answer = paul.post(publish_url(line), NOTES)
    publication = Publication.objects.get()
    assert answer.url == publication.get_absolute_url()
    assert "2 prompts wait for their turn" in text_of(paul.get(answer.url))
    Publication.objects.update(done=12, prompts=40, rendered=10, spent_ms=7000, beat_at=timezone.now())

    page = paul.get(answer.url)
    assert "12 of 40 prompts, about 20 s" in text_of(page)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.content.decode()
    words = "12 of 40 prompts, about 20 s"
    assert state(paul, publication) == {"over": False, "done": 12, "prompts": 40, "words": words}
    assert "Being published: 12 of 40 prompts" in text_of(paul.get(line.get_absolute_url()))

    publications.carry_on(publication.pk)  # somebody is at it
    Publication.objects.update(beat_at=None)
    publications.carry_on(publication.pk)
    assert state(paul, publication)["over"]
    assert paul.get(answer.url).url == FlowVersion.objects.get().get_absolute_url()


def test_a_failure_names_the_prompt_with_its_step_and_offers_the_next_act(paul, line, scripted_voice):
    scripted_voice.fails_at = {"Goodbye."}
    answer = paul.post(publish_url(line), NOTES, follow=True)
    shown, bye = text_of(answer), line.steps.get(key="goodbye")
    assert "The voice could not be reached, so 1 prompt is not ready. The line keeps its present version." in shown
    assert "It stopped at Goodbye : “Goodbye.”" in shown
    assert "1 of 2 prompts are ready and kept" in shown
    assert f"{bye.get_absolute_url()}#id_text" in answer.content.decode()
    assert reverse("admin:flows_step_record", args=[bye.pk, "text"]) in answer.content.decode()

    scripted_voice.fails_at = set()
    answer = paul.post(Publication.objects.get().get_absolute_url(), {"_again": ""})
    assert answer.url == FlowVersion.objects.get().get_absolute_url()
    assert scripted_voice.read == ["Welcome to Hart Tools.", "Goodbye."]


def test_a_draft_that_changed_since_the_failure_is_looked_at_again_first(paul, line, scripted_voice):
    scripted_voice.fails_at = {"Goodbye."}
    paul.post(publish_url(line), NOTES)
    line.steps.filter(key="goodbye").update(settings={"text": "Bye."})
    shown = text_of(paul.post(Publication.objects.get().get_absolute_url(), {"_again": ""}))
    assert "This flow was changed since." in shown
    assert not FlowVersion.objects.exists()


def test_it_can_be_stopped(paul, line, scripted_voice, nobody_comes):
    url = paul.post(publish_url(line), NOTES).url
    shown = text_of(paul.post(url, {"_stop": ""}, follow=True))
    assert "Nothing was published; the line keeps its present version." in shown
    publications.carry_on(Publication.objects.get().pk)
    assert not FlowVersion.objects.exists()
    assert "Publish version 1" in text_of(paul.get(publish_url(line)))


def test_who_publishes_second_sees_how_the_first_one_gets_on(paul, person, line, scripted_voice, nobody_comes):
    url = paul.post(publish_url(line), NOTES).url
    petra = client_of(person("publisher", username="petra"))
    answer = petra.post(publish_url(line), NOTES, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "Paul Becker began to publish this flow a moment ago." in text_of(answer)
    assert petra.get(publish_url(line)).url == url


def test_a_prompt_that_no_builder_writes_is_named_without_a_place_to_record_it(paul, line, scripted_voice):
    number = line.steps.get(key="hello")
    number.kind, number.settings = "collect_digits", {"prompt": "Your number?", "read_back": True}
    number.save()
    line.steps.filter(key="goodbye").update(settings={"text": "Bye."})
    flow = publishing.draft(line)
    text = next(text for text in flow.flow.steps["hello"].prompts() if text.strip(",") == "seven")
    snapshot = flow.snapshot()
    failed = Publication.objects.create(
        flow=line, snapshot=snapshot, state=PublicationState.FAILED, failed_text=text, sentence="It failed."
    )
    page = paul.get(failed.get_absolute_url())
    assert "“seven" in text_of(page)
    assert "Record it yourself" not in text_of(page)


def test_publishing_tells_of_texts_that_changed_after_they_were_recorded(paul, maria, line, builder, scripted_voice):
    hello = line.steps.get(key="hello")
    recordings.record(hello, "text", text="Welcome to Hart Tools.", audio=b"\x55" * 8000, name="a.wav", by=builder)
    assert "2 prompts, 1 of them recorded. The voice has to read 1 of them" in text_of(paul.get(publish_url(line)))
    line.steps.filter(key="hello").update(settings={"text": "Welcome."})
    shown = text_of(paul.get(publish_url(line)))
    assert "Hello · The text was changed after this was recorded on" in shown
    assert "Record it again, or let the voice read it." in shown


def test_only_publishers_see_and_touch_it(maria, line, scripted_voice, nobody_comes):
    publication = publications.begin(line, by=None)
    url = publication.get_absolute_url()
    assert maria.get(url).status_code == 403
    assert maria.post(url, {"_stop": ""}).status_code == 403
    assert maria.get(reverse("admin:flows_publication_state", args=[publication.pk])).status_code == 403
    assert Publication.objects.get().is_under_way


def test_an_engine_that_is_not_set_up_is_told_before_publishing_and_stops_nothing(paul, line, quick_voice):
    line.transcriber = "deaf"
    line.save()
    shown = text_of(paul.get(publish_url(line)))
    assert "What should listen to callers (deaf) is not set up here, so another one listens." in shown
    assert "Publish version 1" in shown
