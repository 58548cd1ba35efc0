"""Hearing prompts through the pages: rendered ones, recordings, and texts that nobody has heard yet."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from flows import hearing, publishing, recordings, sound
from flows.models import PromptAudio
from tests.flows.pages import text_of

NEW = "We are open until five."


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()


def hear(client, line, text, **how):
    return client.post(reverse("admin:flows_flow_hear", args=[line.pk]), {"text": text}, **how)


def told(answer):
    return json.loads(answer.content)


def test_a_new_text_is_rendered_and_found_as_a_file_of_telephone_sound(maria, line, scripted_voice):
    answer = told(hear(maria, line, NEW))
    assert answer["length"] == "1.0 s"
    file = maria.get(answer["url"])
    assert (file["Content-Type"], file.content) == ("audio/wav", sound.wav(b"\x55" * 8000))
    assert "private" in file["Cache-Control"]
    assert "default-src 'self'" in file["Content-Security-Policy"]
    assert told(hear(maria, line, NEW)) == answer
    assert scripted_voice.read == [NEW]


def test_a_text_that_was_heard_is_ready_when_it_is_published(maria, line, scripted_voice):
    hear(maria, line, " Goodbye.\r\n")
    publishing.publish(line, by=None)
    assert sorted(set(scripted_voice.read)) == ["Goodbye.", "Welcome to Hart Tools."]
    assert PromptAudio.objects.count() == 2


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("", 200, slice(None)),
        ("bytes=0-", 206, slice(None)),
        ("bytes=0-1", 206, slice(0, 2)),
        ("bytes=44-99999999", 206, slice(44, None)),
        ("bytes=-100", 206, slice(-100, None)),
        ("bytes=9-3", 206, slice(None)),
        ("bytes=99999999-", 206, slice(None)),
        ("lines=1-2", 206, slice(None)),
        ("bytes=-", 206, slice(None)),
    ],
)
def test_players_may_ask_for_a_part(header, status, part, maria, line, scripted_voice):
    url, whole = told(hear(maria, line, NEW))["url"], sound.wav(b"\x55" * 8000)
    answer = maria.get(url, headers={"Range": header} if header else {})
    assert (answer.status_code, answer.content) == (status, whole[part])
    if status == 206:
        assert answer["Content-Range"].endswith(f"/{len(whole)}")


def test_a_voice_that_fails_is_told_in_words(maria, line, scripted_voice):
    scripted_voice.fails_at = {NEW}
    answer = hear(maria, line, NEW)
    assert answer.status_code == 503
    assert told(answer)["sentence"].startswith("The voice could not be reached, so this text cannot be heard now.")


@pytest.mark.parametrize("text", ["", "   ", "x" * 1501, "a\x00b"])
def test_texts_that_make_no_sense_are_refused_in_words(text, maria, line, scripted_voice):
    answer = hear(maria, line, text)
    assert answer.status_code == 400
    assert told(answer)["sentence"].endswith(".")
    assert scripted_voice.read == []


def test_who_asks_for_too_many_new_texts_is_asked_to_wait(maria, line, scripted_voice, monkeypatch):
    monkeypatch.setattr(hearing, "MOST_A_MINUTE", 1)
    url = told(hear(maria, line, NEW))["url"]
    answer = hear(maria, line, "Another one.")
    assert (answer.status_code, "Wait a moment" in told(answer)["sentence"]) == (429, True)
    assert told(hear(maria, line, NEW))["url"] == url, "what is there costs nothing"


def test_hearing_is_for_those_who_build(maria, person, line, builder, scripted_voice):
    url = told(hear(maria, line, NEW))["url"]
    viewer = Client()
    viewer.force_login(person("operations viewer", username="olga"))
    assert hear(viewer, line, "Something new.").status_code == 403
    assert viewer.get(url).status_code == 403
    assert Client().get(url).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(builder)
    assert hear(strict, line, "Something new.").status_code == 403
    assert maria.get(reverse("admin:flows_flow_hear", args=[line.pk])).status_code == 405
    assert maria.get(reverse("admin:flows_promptaudio_sound", args=["0" * 64])).status_code == 404


def test_the_form_of_a_step_lets_one_hear_each_of_its_texts(maria, menu, scripted_voice):
    publishing.publish(menu.flow, by=None)
    page = maria.get(menu.get_absolute_url()).content.decode()
    assert page.count("data-hear=") == 7
    heard = hearing.in_step(menu)["prompt"]
    assert f'<audio controls preload="none" src="{heard.sound.url}"' in page
    assert 'data-box="id_prompt"' in page
    assert f'href="{heard.record_url}"' in page


def test_a_version_is_heard_step_by_step(paul, line, scripted_voice):
    hello = line.steps.get(key="hello")
    recordings.record(hello, "text", text="Welcome to Hart Tools.", audio=b"\x55" * 800, name="a.wav", by=None)
    page = paul.get(publishing.publish(line, by=None).get_absolute_url())
    assert page.content.decode().count("<audio") == 2
    assert "Welcome to Hart Tools. ▶ 0.1 s Recording" in text_of(page)
    assert "2 prompts are ready to play, 1 of them recorded." in text_of(page)


def test_what_is_written_cannot_break_out_of_the_page(maria, line, scripted_voice):
    line.steps.filter(key="hello").update(settings={"text": '"><script>alert(1)</script>'})
    page = maria.get(line.steps.get(key="hello").get_absolute_url()).content.decode()
    assert "<script>alert" not in page


def test_a_text_that_says_an_answer_is_heard_with_the_answers_name(maria, line, scripted_voice):
    told_first = told(hear(maria, line, "It is [order number]."))
    assert scripted_voice.read == ["It is order number."]
    line.steps.filter(key="hello").update(settings={"text": "It is [order number]."})
    heard = hearing.in_step(line.steps.get(key="hello"))["text"]
    assert heard.sound.url == told_first["url"]
