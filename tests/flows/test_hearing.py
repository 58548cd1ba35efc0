"""What stands beside a text that callers hear."""

import pytest
from django.core.cache import cache

from flows import hearing, publishing, recordings


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()


def test_a_text_is_heard_as_it_was_rendered_and_another_is_not_yet(menu, scripted_voice):
    publishing.publish(menu.flow, by=None)
    heard = hearing.in_step(menu)
    assert (heard["prompt"].sound.length, heard["prompt"].label) == ("1.0 s", "What callers hear")
    menu.settings = {"prompt": "Something new."}
    assert hearing.in_step(menu)["prompt"].sound == hearing.UNREAD


def test_a_step_needs_two_queries_however_many_texts_it_has(menu, scripted_voice, django_assert_num_queries):
    publishing.publish(menu.flow, by=None)
    recordings.record(menu, "prompt", text="For billing, press 1.", audio=b"\x55" * 800, name="a.wav", by=None)
    with django_assert_num_queries(2):
        heard = hearing.in_step(menu)
    assert len(heard) == 7
    assert heard["prompt"].sound.length == "0.1 s"
    assert heard["prompt"].recording


def test_a_version_is_heard_with_the_recordings_it_was_published_with(line, scripted_voice, django_assert_num_queries):
    hello = line.steps.get(key="hello")
    made = recordings.record(hello, "text", text="Welcome to Hart Tools.", audio=b"\x55" * 1600, name="a.wav", by=None)
    flow = publishing.draft(line).flow
    publishing.publish(line, by=None)
    recordings.withdraw(made, by=None, step=hello)
    with django_assert_num_queries(2):
        heard = hearing.in_version(flow)
    assert {text: one.sound.length for text, one in heard.items()} == {
        "Welcome to Hart Tools.": "0.2 s",
        "Goodbye.": "1.0 s",
    }


def test_a_person_has_only_so_many_texts_rendered_in_a_minute(builder, publisher):
    asked = [hearing.may_have_more_rendered(builder) for _ in range(hearing.MOST_A_MINUTE + 1)]
    assert asked == [True] * hearing.MOST_A_MINUTE + [False]
    assert hearing.may_have_more_rendered(publisher)
