"""A summarizer for tests: says what it was given, counts how often it was asked, and fails when told to."""

import sys
from types import SimpleNamespace

import streams
from streams.ai.provider import ProviderUnavailable, Summary, Used


class FakeSummarizer:
    name = "fake"

    def __init__(self, *, failing: int = 0) -> None:
        self.asked: list[tuple[list[tuple[str, str]], str]] = []
        self.failing = failing
        self.follow_up = "Send a new drill."

    def __call__(self, name: str = "") -> "FakeSummarizer":
        return self

    def sum_up(self, lines: list[tuple[str, str]], *, outcome: str) -> Summary:
        self.asked.append((list(lines), outcome))
        if self.failing:
            self.failing -= 1
            raise ProviderUnavailable("the engine is away")
        used = (Used(engine="fake", model="fake-1", unit="text_tokens", quantity=100.0),)
        return Summary(
            text=f"{len(lines)} things said.",
            intent="repair",
            mood="neutral",
            moods={"caller": "negative"},
            mood_start="negative",
            mood_end="neutral",
            topics=("broken drill", "warranty"),
            follow_up=self.follow_up,
            written_by="Fake",
            prompt_version="3",
            used=used,
        )


def use(monkeypatch, fake: FakeSummarizer) -> FakeSummarizer:
    """Let the worker find `fake`; the true engines, and the speech they load, stay away."""
    engines = SimpleNamespace(summarizer=fake)
    monkeypatch.setitem(sys.modules, "streams.engines", engines)
    monkeypatch.setattr(streams, "engines", engines, raising=False)
    return fake
