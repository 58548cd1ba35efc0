"""A builder records a text: uploads a file, hears it, records it again, gives it back to the voice."""

import io

import numpy as np
import pytest
import soundfile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from flows import drafts, recordings
from flows.models import PromptRecording
from tests.flows.pages import fields, fill_in, text_of
from tests.properties import examples


def voice(seconds=1.0, rate=16_000):
    t = np.arange(int(seconds * rate)) / rate
    return 0.2 * np.sin(2 * np.pi * 220 * t) * np.sin(2 * np.pi * 3 * t) ** 2


def file_of(samples, form="WAV", name="hello.wav", rate=16_000):
    made = io.BytesIO()
    soundfile.write(made, samples, rate, format=form)
    return SimpleUploadedFile(name, made.getvalue())


@pytest.fixture
def hello(line):
    return line.steps.get(key="hello")


def url_of(step, field="text"):
    return reverse("admin:flows_step_record", args=[step.pk, field])


def upload(client, step, file, **typed):
    shown = fields(client.get(url_of(step)))
    return client.post(url_of(step), {**shown, "sound": file, **typed})


@pytest.mark.parametrize(("form", "name"), [("WAV", "hello.wav"), ("MP3", "hello.mp3"), ("OGG", "hello.ogg")])
def test_a_recording_is_stored_as_telephone_sound_and_heard_beside_its_text(form, name, maria, builder, hello):
    answer = upload(maria, hello, file_of(voice(), form, name))
    assert answer.url == f"{hello.get_absolute_url()}#id_text"
    made = PromptRecording.objects.get()
    assert (made.text, made.step, made.field) == ("Welcome to Hart Tools.", "hello", "text")
    assert (made.original_name, made.by) == (name, builder)
    assert 0.8 < made.seconds < 1.5

    page = maria.get(hello.get_absolute_url())
    assert f'data-hear="{made.sound_url}"' in page.content.decode()
    assert f"{made.seconds:.1f} s Recording Change the recording" in text_of(page)
    assert maria.get(made.sound_url)["Content-Type"] == "audio/wav"


def test_the_builder_is_told_when_the_text_was_changed_after_it_was_recorded(maria, hello):
    upload(maria, hello, file_of(voice()))
    PromptRecording.objects.update(at="2026-05-03T12:00:00Z")
    fill_in(maria, hello.get_absolute_url(), "step_form", text="Welcome.")

    told = "The text was changed after this was recorded on 3 May. Record it again, or let the voice read it."
    assert told in text_of(maria.get(hello.get_absolute_url()))
    page = text_of(maria.get(url_of(hello)))
    assert told in page
    assert "It was made for: “Welcome to Hart Tools.”" in page

    upload(maria, hello, file_of(voice(2.0), name="new.wav"))
    assert told not in text_of(maria.get(hello.get_absolute_url()))
    assert [one.original_name for one in recordings.current(hello.flow)] == ["new.wav"]


def test_a_text_is_given_back_to_the_voice(maria, hello):
    upload(maria, hello, file_of(voice()))
    answer = maria.post(url_of(hello), {"_withdraw": ""}, follow=True)
    assert "The voice reads this text now." in text_of(answer)
    assert recordings.current(hello.flow) == []
    assert maria.post(url_of(hello), {"_withdraw": ""}).status_code == 302


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "Choose a sound file first."),
        (SimpleUploadedFile("empty.wav", b""), "This file is empty."),
        (SimpleUploadedFile("cat.wav", b"GIF89a"), "This file is not a sound that can be read."),
        (file_of(np.zeros(16_000)), "This recording is silent, or nearly so."),
        (SimpleUploadedFile("big.wav", bytes(10_000_001)), "This file is larger than 10 MB."),
        (SimpleUploadedFile("page.html", b"<script>alert(1)</script>"), "This file is not a sound"),
    ],
)
def test_what_cannot_be_used_is_told_beside_the_field(file, sentence, maria, hello):
    if file:
        file.seek(0)
    answer = upload(maria, hello, file) if file else maria.post(url_of(hello), {"said": "Welcome to Hart Tools."})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not PromptRecording.objects.exists()


def test_who_recorded_the_old_words_does_not_speak_for_the_new_ones(maria, hello):
    shown = fields(maria.get(url_of(hello)))
    hello.settings = {"text": "Welcome."}
    hello.save()
    answer = maria.post(url_of(hello), {**shown, "sound": file_of(voice())})
    assert "The text was changed while you recorded it." in text_of(answer)
    assert not PromptRecording.objects.exists()
    assert fields(answer)["said"] == "Welcome."


def test_it_is_said_where_else_the_recording_counts(maria, hello):
    second = drafts.add_step(hello.flow, name="Hello again", kind="say")
    second.settings = {"text": hello.settings["text"]}
    second.save()
    assert "Callers hear the same at Hello again . A recording counts there too." in text_of(maria.get(url_of(hello)))


def test_there_is_nothing_to_record_before_there_is_a_text(maria, hello):
    hello.settings = {"text": ""}
    hello.save()
    shown = text_of(maria.get(url_of(hello)))
    assert "Write what callers hear first" in shown
    assert "Store the recording" not in shown
    maria.post(url_of(hello), {"said": "", "sound": file_of(voice())})
    assert not PromptRecording.objects.exists()


def test_only_texts_that_callers_hear_are_recorded_and_only_by_builders(maria, person, hello, client):
    assert maria.get(url_of(hello, "barge_in")).status_code == 404
    assert maria.get(url_of(hello, "nothing")).status_code == 404
    client.force_login(person("operations viewer", username="olga"))
    assert client.get(url_of(hello)).status_code == 403
    hello.kind = "fax"
    hello.save()
    assert maria.get(url_of(hello)).status_code == 404


def test_queries_of_the_page_of_a_step_do_not_grow_with_its_recordings(maria, menu):
    def queries():
        with CaptureQueriesContext(connection) as found:
            maria.get(menu.get_absolute_url())
        return len(found)

    for field, text in (("prompt", "For billing, press 1."), ("no_input_1", "Sorry, I did not hear you.")):
        recordings.record(menu, field, text=text, audio=b"\x55" * 800, name="a.wav", by=None)
        queries()
    few = queries()
    for n in range(5):
        step = drafts.add_step(menu.flow, name=f"Step {n}", kind="say")
        recordings.record(step, "text", text=f"Text {n}", audio=b"\x55" * 800, name="a.wav", by=None)
    assert queries() <= few


@given(content=st.binary(max_size=300), name=st.text(min_size=1, max_size=40).filter(lambda name: name.isalnum()))
@examples(25)
def test_no_upload_breaks_the_page(content, name, maria, hello, settings):
    settings.RECORDING_READER = "streams.audio.recordings.convert"  # without a process for each
    assert upload(maria, hello, SimpleUploadedFile(name, content)).status_code == 200
