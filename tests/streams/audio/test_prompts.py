"""Rendered prompts: made once, found by what they say, mended when they are lost."""

from types import SimpleNamespace

import pytest

from flows.models import PromptAudio
from streams import engines
from streams.ai.provider import MULAW_8K, AudioFormat, ProviderError, ProviderUnavailable, Used
from streams.audio import prompts

pytestmark = pytest.mark.django_db


class Voice:
    """Says a text as its own letters, and counts."""

    name, gives = "fake", MULAW_8K

    def __init__(self):
        self.read, self.fails_at = [], None

    async def speak(self, text, *, voice="", language="en-US"):
        if text == self.fails_at:
            raise ProviderUnavailable("down")
        self.read.append((text, voice, language))
        yield Used(engine="fake", model="fake", unit="characters", quantity=len(text))
        yield text.encode() + b"!"
        yield voice.encode()


@pytest.fixture
def voice(monkeypatch):
    made = Voice()
    monkeypatch.setattr(engines, "synthesizer", lambda name="": made)
    prompts.forget()
    yield made
    prompts.forget()


def flow(*texts, voice="", language="en-US"):
    step = SimpleNamespace(prompts=lambda: iter(texts))
    return SimpleNamespace(steps={"only": step}, voice=voice, language=language)


def test_only_what_is_missing_is_rendered(voice):
    assert prompts.render(["Hello.", "Goodbye.", "Hello.", "  "]) == 2
    assert prompts.render(["Hello.", "Goodbye.", "New."]) == 1
    assert [text for text, *_ in voice.read] == ["Hello.", "Goodbye.", "New."]
    stored = PromptAudio.objects.get(text="Hello.")
    assert (bytes(stored.audio), stored.engine, stored.language) == (b"Hello.!", "fake", "en-US")


def test_another_voice_language_or_engine_is_another_prompt(voice):
    prompts.render(["Hello."])
    prompts.render(["Hello."], voice="anna")
    prompts.render(["Hello."], language="en-GB")
    voice.name = "other"
    prompts.render(["Hello."])
    assert PromptAudio.objects.count() == 4


def test_what_was_rendered_before_a_failure_is_kept(voice):
    voice.fails_at = "Second."
    with pytest.raises(ProviderError):
        prompts.render(["First.", "Second.", "Third."])
    assert [row.text for row in PromptAudio.objects.all()] == ["First."]
    voice.fails_at = None
    assert prompts.render(["First.", "Second.", "Third."]) == 2


def test_a_voice_in_another_format_is_refused_with_advice(voice):
    voice.gives = AudioFormat(encoding="pcm16", sample_rate=24_000)
    with pytest.raises(ProviderError, match="Choose another"):
        prompts.render(["Hello."])


def test_a_library_is_one_query_and_then_none(voice, django_assert_num_queries):
    prompts.render(["Hello.", "Goodbye.", "Sorry."], voice="anna")
    line = flow("Hello.", "Goodbye.", "", voice="anna")
    with django_assert_num_queries(1):
        found = prompts.library(line, ["Sorry."])
    assert found == {"Hello.": b"Hello.!anna", "Goodbye.": b"Goodbye.!anna", "Sorry.": b"Sorry.!anna"}
    with django_assert_num_queries(0):
        assert prompts.library(line, ["Sorry."]) == found


def test_a_library_mends_what_is_missing(voice):
    prompts.render(["Hello."])
    assert prompts.library(flow("Hello.", "New."))["New."] == b"New.!"
    assert PromptAudio.objects.filter(text="New.").exists()


def test_a_library_without_a_voice_is_what_there_is(voice, caplog):
    prompts.render(["Hello."])
    voice.fails_at = "New."
    assert prompts.library(flow("Hello.", "New.", "Newer.")) == {"Hello.": b"Hello.!"}
    assert "could not be rendered" in caplog.text
    voice.fails_at = None
    assert set(prompts.library(flow("Hello.", "New.", "Newer."))) == {"Hello.", "New.", "Newer."}


def test_the_same_words_published_by_two_at_once_are_one_prompt(voice, monkeypatch):
    speak = voice.speak

    async def meanwhile(text, **how):
        async for piece in speak(text, **how):
            yield piece

    monkeypatch.setattr(voice, "speak", meanwhile)
    key = prompts.digest("fake", "", "en-US", "Hello.")
    made = prompts._make(voice, {key: "Hello."}, "", "en-US")
    assert prompts._make(voice, {key: "Hello."}, "", "en-US") == made
    assert PromptAudio.objects.count() == 1


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
    assert prompts.render(["For billing, press one."]) == 1
    assert 1 < PromptAudio.objects.get().seconds < 4
