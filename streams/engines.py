"""Which engine speaks, listens, talks and sums up: the one place where adapters meet settings.

A new engine is one line in a table here, and a file in `streams/ai/` that passes the contract test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from streams.ai.local_ears import LocalEars
from streams.ai.local_summary import LocalSummarizer
from streams.ai.local_voice import LocalVoice
from streams.ai.provider import Agent, ProviderRefused, Summarizer, Synthesizer, Transcriber
from streams.ai.scripted_assistant import ScriptedAssistant
from streams.ai.speech_process import SpeechProcess


@dataclass(frozen=True, slots=True)
class Engine:
    """What people call an engine, and how it is made from settings. `make` may raise `ProviderRefused`."""

    title: str
    make: Callable[[], Any]


@cache
def speech() -> SpeechProcess:
    """The offline speech of this process; nothing starts before it is first asked."""
    return SpeechProcess(settings.SPEECH_PROCESSES)


def warm() -> None:
    """Load offline speech now, in the background, so that the first caller need not wait for it."""
    speech().warm()


SYNTHESIZERS = {"local": Engine("Offline voice", lambda: LocalVoice(speech()))}
TRANSCRIBERS = {"local": Engine("Offline recogniser", lambda: LocalEars(speech()))}
AGENTS = {"local": Engine(ScriptedAssistant.title, lambda: ScriptedAssistant(transcriber("local"), synthesizer()))}
SUMMARIZERS = {"local": Engine(LocalSummarizer.title, LocalSummarizer)}


def synthesizer(name: str = "") -> Synthesizer:
    """The voice of this name, or the site's usual one. Raises `ProviderRefused` for a name that does not exist."""
    made: Synthesizer = _make(SYNTHESIZERS, name or settings.SYNTHESIZER_ENGINE)
    return made


def voices() -> list[tuple[str, str]]:
    """The voices that a builder may choose from: names and titles, of the site's usual engine."""
    return list(synthesizer().voices.items())


def transcriber(name: str = "") -> Transcriber:
    """The recogniser of this name, or the site's usual one."""
    made: Transcriber = _make(TRANSCRIBERS, name or settings.TRANSCRIBER_ENGINE)
    return made


def agent(name: str = "") -> Agent:
    """The assistant of this name, or the site's usual one."""
    made: Agent = _make(AGENTS, name or settings.AGENT_ENGINE)
    return made


def summarizer(name: str = "") -> Summarizer:
    """What sums up calls, by name, or the site's usual one."""
    made: Summarizer = _make(SUMMARIZERS, name or settings.SUMMARIZER_ENGINE)
    return made


def _make(table: dict[str, Engine], name: str) -> Any:
    if name not in table:
        raise ProviderRefused(f"There is no engine called {name}. Choose one of {', '.join(table)}.")
    return table[name].make()
