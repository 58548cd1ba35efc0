"""Which engine speaks, listens, talks, understands and sums up: the one place where adapters meet settings.

A new engine is one line in a table here, and a file in `streams/ai/` that passes the contract test. What needs an
account is imported when it is first made, so a site without one loads nothing of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from streams.ai.local_ears import LocalEars
from streams.ai.local_summary import LocalSummarizer
from streams.ai.local_voice import LocalVoice
from streams.ai.openai_client import OpenAIAccount, OpenAIClients
from streams.ai.provider import Agent, Fault, ProviderRefused, Summarizer, Synthesizer, Transcriber, Understander
from streams.ai.scripted_assistant import ScriptedAssistant
from streams.ai.speech_process import SpeechProcess


@dataclass(frozen=True, slots=True)
class Engine:
    """What people call an engine, how it is made, and the settings of which one must be there for it.

    `make` may raise `ProviderRefused`.
    """

    title: str
    make: Callable[[], Any]
    needs: tuple[str, ...] = ()

    @property
    def is_set_up(self) -> bool:
        """True when it has a key, or a server of one's own, or needs neither."""
        return not self.needs or any(getattr(settings, name) for name in self.needs)


Table = Mapping[str, Engine]
OPENAI = ("OPENAI_API_KEY", "OPENAI_BASE_URL")


@cache
def speech() -> SpeechProcess:
    """The offline speech of this process; nothing starts before it is first asked."""
    return SpeechProcess(settings.SPEECH_PROCESSES)


def warm() -> None:
    """Load offline speech now, in the background, so that the first caller need not wait for it."""
    speech().warm()


@cache
def openai(url_setting: str = "") -> OpenAIClients:
    """OpenAI's clients; `url_setting` names the setting of an address that one service has for itself."""
    own = getattr(settings, url_setting) if url_setting else ""
    return OpenAIClients(
        OpenAIAccount(
            key=settings.OPENAI_API_KEY,
            base_url=own or settings.OPENAI_BASE_URL,
            websocket_base_url=own or settings.OPENAI_WEBSOCKET_BASE_URL,
        )
    )


SYNTHESIZERS: Table = {
    "local": Engine("Offline voice", lambda: LocalVoice(speech())),
}
TRANSCRIBERS: Table = {
    "local": Engine("Offline recogniser", lambda: LocalEars(speech())),
}
AGENTS: Table = {
    "local": Engine(ScriptedAssistant.title, lambda: ScriptedAssistant(transcriber("local"), synthesizer())),
}
UNDERSTANDERS: Table = {}
SUMMARIZERS: Table = {
    "local": Engine(LocalSummarizer.title, LocalSummarizer),
}


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


def assistants() -> list[tuple[str, str]]:
    """The assistants that a builder may choose from: names and titles, of those that are set up."""
    return [(name, engine.title) for name, engine in AGENTS.items() if engine.is_set_up]


def understander(name: str = "") -> Understander | None:
    """What understands words that were not expected; None where nothing does."""
    chosen = name or settings.UNDERSTANDER_ENGINE
    return _make(UNDERSTANDERS, chosen) if chosen in UNDERSTANDERS else None


def summarizer(name: str = "") -> Summarizer:
    """What sums up calls, by name, or the site's usual one."""
    made: Summarizer = _make(SUMMARIZERS, name or settings.SUMMARIZER_ENGINE)
    return made


def _make(table: Table, name: str) -> Any:
    if name not in table:
        raise ProviderRefused(f"There is no engine called {name}. Choose one of {', '.join(table)}.")
    engine = table[name]
    if not engine.is_set_up:
        said = f"{engine.title} needs {' or '.join(engine.needs)}, which is not set. Put it into .env."
        raise ProviderRefused(said, fault=Fault.KEY)
    return engine.make()
