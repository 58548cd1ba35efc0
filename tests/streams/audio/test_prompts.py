"""Rendered prompts: made once, found by what they say, mended when they are lost."""

import asyncio
import hashlib
from types import SimpleNamespace

import pytest

from flows.models import Flow, PromptAudio, PromptRecording
from flows.seams import Rendered
from streams import engines
from streams.ai.provider import (
    MULAW_8K,
    AudioFormat,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    ProviderUnavailable,
    Used,
)
from streams.audio import prompts

pytestmark = pytest.mark.django_db


class Voice:
    """Says a text as its own letters, and counts. `fails` maps texts to what they raise, once each."""

    name, gives = "fake", MULAW_8K

    def __init__(self):
        self.read, self.fails, self.loops, self.slow = [], {}, set(), set()

    async def speak(self, text, *, voice="", language="en-US"):
        self.loops.add(asyncio.get_running_loop())
        if text in self.slow:
            await asyncio.sleep(60)
        if self.fails.get(text):
            raise self.fails[text].pop()
        self.read.append((text, voice, language))
        yield Used(engine="fake", model="reader", unit="characters", quantity=len(text))
        yield text.encode() + b"!"
        yield voice.encode()


DOWN, NO = ProviderUnavailable("down"), ProviderRefused("no")


@pytest.fixture
def voice(monkeypatch):
    made = Voice()
    monkeypatch.setattr(engines, "voice_of", lambda chosen: (made, chosen.rpartition(":")[2]))
    monkeypatch.setattr(prompts, "RETRY_AFTER", 0.0)
    prompts.forget()
    yield made
    prompts.forget()


def render(*texts, **how):
    return list(prompts.render(texts, **how))


def flow(*texts, voice="", language="en-US", recorded=None):
    step = SimpleNamespace(prompts=lambda: iter(texts), gives=lambda: ())
    resources = {"recording": recorded} if recorded else {}
    return SimpleNamespace(steps={"only": step}, voice=voice, language=language, resources=resources, recording=None)


def recording(audio, text="Hello."):
    line, _ = Flow.objects.get_or_create(name="Main line", slug="main-line")
    digest = hashlib.sha256(audio).hexdigest()
    PromptRecording.objects.create(flow=line, step="hello", field="text", text=text, audio=audio, digest=digest)
    return digest


def test_each_prompt_is_stored_before_the_next_one_is_read(voice):
    made = prompts.render(["Hello.", "Goodbye.", "Hello.", "  "])
    used = ({"engine": "fake", "model": "reader", "unit": "characters", "quantity": 6},)
    assert next(made) == Rendered("Hello.", used=used)
    stored = PromptAudio.objects.get()
    assert (bytes(stored.audio), stored.engine, stored.language) == (b"Hello.!", "fake", "en-US")
    assert stored.used == list(used)
    assert [each.text for each in made] == ["Goodbye."]


def test_only_what_is_missing_is_read_and_in_one_event_loop(voice):
    render("Hello.", "Goodbye.")
    assert len(voice.loops) == 1
    again = render("Hello.", "Goodbye.", "New.")
    assert [(each.text, each.is_new) for each in again] == [("Hello.", False), ("Goodbye.", False), ("New.", True)]
    assert [text for text, *_ in voice.read] == ["Hello.", "Goodbye.", "New."]


def test_another_voice_language_or_engine_is_another_prompt(voice):
    render("Hello.")
    render("Hello.", voice="fake:anna")
    render("Hello.", language="en-GB")
    voice.name = "other"
    render("Hello.")
    assert PromptAudio.objects.count() == 4
    assert ("Hello.", "anna", "en-US") in voice.read


def test_what_may_pass_is_tried_once_more_and_no_more(voice):
    voice.fails = {"Second.": [DOWN]}
    assert len(render("First.", "Second.")) == 2
    voice.fails = {"Third.": [DOWN, DOWN, DOWN]}
    with pytest.raises(ProviderUnavailable):
        render("Third.")
    assert len(voice.fails["Third."]) == 1


def test_what_will_not_pass_is_not_tried_again_and_what_was_made_is_kept(voice):
    voice.fails = {"Second.": [NO, NO]}
    with pytest.raises(ProviderRefused):
        render("First.", "Second.", "Third.")
    assert len(voice.fails["Second."]) == 1
    assert [row.text for row in PromptAudio.objects.all()] == ["First."]
    voice.fails = {}
    assert sum(each.is_new for each in render("First.", "Second.", "Third.")) == 2


def test_a_voice_that_never_ends_is_given_up(voice, monkeypatch):
    monkeypatch.setattr(prompts, "RENDER_WITHIN", 0.01)
    voice.slow = {"Hello."}
    with pytest.raises(ProviderTimedOut):
        render("Hello.")


def test_nothing_is_left_open_when_the_reader_stops_early(voice):
    made = prompts.render(["One.", "Two."])
    next(made)
    made.close()
    assert [loop.is_closed() for loop in voice.loops] == [True]


def test_a_voice_in_another_format_is_refused_with_advice(voice):
    voice.gives = AudioFormat(encoding="pcm16", sample_rate=24_000)
    with pytest.raises(ProviderError, match="Choose another"):
        render("Hello.")


def test_a_library_is_two_queries_and_then_none(voice, django_assert_num_queries):
    render("Hello.", "Goodbye.", "Sorry.", voice="anna")
    line = flow("Hello.", "Goodbye.", "", voice="anna")
    with django_assert_num_queries(2):
        found = prompts.library(line, ["Sorry."])
    assert found == {"Hello.": b"Hello.!anna", "Goodbye.": b"Goodbye.!anna", "Sorry.": b"Sorry.!anna"}
    with django_assert_num_queries(0):
        assert prompts.library(line, ["Sorry."]) == found


def test_a_recording_that_the_version_names_is_heard_instead_of_the_voice(voice):
    render("Hello.", "Goodbye.")
    line = flow("Hello.", "Goodbye.", recorded={"Hello.": recording(b"Maria")})
    assert prompts.library(line) == {"Hello.": b"Maria", "Goodbye.": b"Goodbye.!"}
    assert prompts.library(flow("Hello."))["Hello."] == b"Hello.!", "another version was published without it"


def test_a_recording_that_was_withdrawn_is_still_heard_in_the_versions_that_name_it(voice):
    digest = recording(b"Maria")
    PromptRecording.objects.update(withdrawn_at="2026-05-03T12:00:00Z")
    recording(b"Paul")
    assert prompts.library(flow("Hello.", recorded={"Hello.": digest})) == {"Hello.": b"Maria"}


def test_a_recording_that_is_lost_is_read_by_the_voice(voice):
    assert prompts.library(flow("Hello.", recorded={"Hello.": "0" * 64})) == {"Hello.": b"Hello.!"}


def test_a_library_mends_what_is_missing(voice):
    render("Hello.")
    assert prompts.library(flow("Hello.", "New."))["New."] == b"New.!"
    assert PromptAudio.objects.filter(text="New.").exists()


def test_a_library_without_a_voice_is_what_there_is(voice, caplog):
    render("Hello.")
    voice.fails = {"New.": [DOWN]}
    assert prompts.library(flow("Hello.", "New.", "Newer.")) == {"Hello.": b"Hello.!"}
    assert "could not be rendered" in caplog.text
    assert set(prompts.library(flow("Hello.", "New.", "Newer."))) == {"Hello.", "New.", "Newer."}


def test_a_caller_does_not_wait_long_for_what_is_missing(voice, monkeypatch):
    monkeypatch.setattr(prompts, "MEND_WITHIN", 0.02)
    voice.slow = {"New."}
    assert prompts.library(flow("First.", "New.", "Newer.")) == {"First.": b"First.!"}


def test_an_engine_that_lost_its_key_still_plays_what_it_rendered(voice, monkeypatch):
    render("Hello.", voice="fake:anna")

    def refused(chosen):
        raise NO

    monkeypatch.setattr(engines, "voice_of", refused)
    assert prompts.library(flow("Hello.", "New.", voice="fake:anna")) == {"Hello.": b"Hello.!anna"}


def test_the_same_words_published_by_two_at_once_are_one_prompt(voice):
    for audio in (b"ours", b"theirs"):
        prompts._store("fake", "", "en-US", "d", "Hello.", audio, [])
    assert bytes(PromptAudio.objects.get().audio) == b"ours"


def test_memory_is_bounded_and_drops_the_longest_unused(monkeypatch):
    memory = prompts._Memory(limit=10)
    memory.put({"a": b"aaaa", "b": b"bbbb"})
    memory.get(["a"])
    memory.put({"c": b"cccc"})
    assert set(memory.get(["a", "b", "c"])) == {"a", "c"}
    memory.put({"a": b"a"})
    memory.put({"d": b"ddddd"})
    assert set(memory.get(["a", "c", "d"])) == {"a", "c", "d"}


def test_odd_texts_have_a_digest():
    odd = ["", "\ud800", "🎉", "a\nb"]
    assert len({prompts.digest("e", "v", "l", text) for text in odd}) == len(odd)


def test_the_offline_voice_renders_real_speech():
    prompts.forget()
    assert len(render("For billing, press one.", voice="local:anna")) == 1
    assert 1 < PromptAudio.objects.get().seconds < 4
