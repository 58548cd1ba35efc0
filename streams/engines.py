"""Which engine speaks, listens, talks, understands and sums up: the one place where adapters meet settings.

A new engine is one line in a table here, and a file in `streams/ai/` that passes the contract test. What needs an
account is imported when it is first made, so a site without one loads nothing of it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from streams import vendors
from streams.ai.every_voice import EveryVoice
from streams.ai.fallback import FirstVoice
from streams.ai.first_ears import FirstEars
from streams.ai.local.ears import LocalEars
from streams.ai.local.scripted_assistant import ScriptedAssistant
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.local.summary import LocalSummarizer
from streams.ai.local.voice import LocalVoice
from streams.ai.provider import (
    Agent,
    Fault,
    ProviderError,
    ProviderRefused,
    Summarizer,
    Synthesizer,
    Transcriber,
    Understander,
)
from streams.ai.text_model import TextModel
from streams.vendors import openai


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
    """Load what calls need now: offline speech in the background, and the packages of the vendors that there are keys
    for. Importing one takes up to a second, in which no caller of this process would hear anything.
    """
    speech().warm()
    for table in tables().values():
        for engine in table.values():
            if engine.needs and engine.is_set_up:
                with suppress(ProviderError):  # it says so again to whoever asks for it
                    engine.make()


def text_model() -> TextModel:
    """The site's text model: what the cascade, understanding and summaries rest on."""
    from streams.ai.openai.text import DIALECTS, OpenAIText

    dialect = DIALECTS.get(settings.OPENAI_TEXT_API)
    if dialect is None:
        raise ProviderRefused(f"OPENAI_TEXT_API is {settings.OPENAI_TEXT_API}. Set it to {' or '.join(DIALECTS)}.")
    return OpenAIText(
        openai("OPENAI_TEXT_URL"),
        model=settings.OPENAI_TEXT_MODEL,
        dialect=dialect,
        effort=settings.OPENAI_TEXT_EFFORT,
    )


def _model_understander() -> Understander:
    from streams.ai.understanding import ModelUnderstander

    return ModelUnderstander(text_model())


def _model_summarizer() -> Summarizer:
    from streams.ai.model_summary import ModelSummarizer

    return ModelSummarizer(text_model(), title="OpenAI")


SYNTHESIZERS: Table = {
    "local": Engine("Offline voice", lambda: LocalVoice(speech())),
    "elevenlabs": Engine(
        "ElevenLabs",
        vendors.elevenlabs_voice,
        needs=("ELEVENLABS_API_KEY",),
    ),
    "openai": Engine("OpenAI", vendors.openai_voice, needs=OPENAI),
    # Not with a key alone: OpenAI itself ends these models on 2027-01-06, and its voices would be offered twice.
    "openai_speech": Engine("Speech server", vendors.openai_speech, needs=("OPENAI_SPEECH_URL",)),
}
TRANSCRIBERS: Table = {
    "local": Engine("Offline recogniser (keywords only)", lambda: LocalEars(speech())),
    "deepgram": Engine(
        "Deepgram",
        vendors.deepgram_ears,
        needs=("DEEPGRAM_API_KEY",),
    ),
    "openai": Engine(
        "OpenAI",
        vendors.openai_ears,
        needs=OPENAI,
    ),
}


def _openai_realtime() -> Agent:
    from streams.ai.realtime.agent import OpenAIRealtime, RealtimeOptions
    from streams.ai.realtime.frames import SOUNDS

    if settings.OPENAI_REALTIME_AUDIO not in SOUNDS:
        given = settings.OPENAI_REALTIME_AUDIO
        raise ProviderRefused(f"OPENAI_REALTIME_AUDIO is {given}. Set it to {' or '.join(SOUNDS)}.")
    options = RealtimeOptions(
        model=settings.OPENAI_REALTIME_MODEL,
        transcription_model=settings.OPENAI_TRANSCRIPTION_MODEL,
        takes_lists=settings.OPENAI_TRANSCRIPTION_TAKES_LISTS,
        voice=settings.OPENAI_REALTIME_VOICE,
        audio=settings.OPENAI_REALTIME_AUDIO,
    )
    return OpenAIRealtime(openai(), options)


def _cascade() -> Agent:
    from streams.ai.cascade.agent import Cascade

    ears = [made for made in map(transcriber, ears_to_ask(free_speech=True)) if made.can.free_speech]
    if not ears:
        raise ProviderRefused("The cascade needs a recogniser of free speech. Set DEEPGRAM_API_KEY or OPENAI_API_KEY.")
    return Cascade(FirstEars(*ears), text_model(), _every_voice())


def _every_voice() -> Synthesizer:
    """Whichever voice a flow or a step names; our own where that one cannot speak."""

    def speaks(chosen: str) -> tuple[Synthesizer, str]:
        first, voice = voice_of(chosen)
        return FirstVoice(first, synthesizer("local")), voice

    return EveryVoice(speaks, dict(voices()))


AGENTS: Table = {
    "local": Engine(ScriptedAssistant.title, lambda: ScriptedAssistant(transcriber("local"), _every_voice())),
    "openai_realtime": Engine("OpenAI Realtime", _openai_realtime, OPENAI),
    "cascade": Engine("AI assistant of recogniser, text model and voice", _cascade, needs=OPENAI),
}
UNDERSTANDERS: Table = {
    "openai": Engine("OpenAI", _model_understander, needs=OPENAI),
}
SUMMARIZERS: Table = {
    "local": Engine(LocalSummarizer.title, LocalSummarizer),
    "openai": Engine("OpenAI", _model_summarizer, needs=OPENAI),
}


def tables() -> dict[str, Table]:
    """Every engine by what it is for: agent, voice, ears, understand, summary."""
    return {
        "agent": AGENTS,
        "voice": SYNTHESIZERS,
        "ears": TRANSCRIBERS,
        "understand": UNDERSTANDERS,
        "summary": SUMMARIZERS,
    }


def title_of(ability: str, name: str) -> str:
    """What people call an engine; one that is no part of the site any more stands for itself."""
    engine = tables().get(ability, {}).get(name)
    return engine.title if engine else name


def usual(ability: str) -> str:
    """The name of the site's usual engine for this."""
    names = {
        "agent": settings.AGENT_ENGINE,
        "voice": settings.SYNTHESIZER_ENGINE,
        "ears": settings.TRANSCRIBER_ENGINE,
        "understand": settings.UNDERSTANDER_ENGINE,
        "summary": settings.SUMMARIZER_ENGINE,
    }
    return str(names[ability])


def offered(ability: str) -> list[tuple[str, str]]:
    """The engines on offer for `transcriber`, `agent` or `voice`: names and titles of those set up."""
    table = {"transcriber": TRANSCRIBERS, "agent": AGENTS, "voice": SYNTHESIZERS}[ability]
    return [(name, engine.title) for name, engine in table.items() if engine.is_set_up]


def synthesizer(name: str = "") -> Synthesizer:
    """The voice of this name, or the site's usual one. Raises `ProviderRefused` for a name that does not exist."""
    made: Synthesizer = _make(SYNTHESIZERS, name or settings.SYNTHESIZER_ENGINE)
    return made


def voices() -> list[tuple[str, str]]:
    """The voices that a builder may choose from, of every engine that is set up: (“engine:name”, title).

    The whole name is stored, so a flow keeps its voice when another engine becomes the usual one.
    """
    return [
        (f"{name}:{voice}", f"{title} ({engine.title})")
        for name, engine in _speaking()
        for voice, title in engine.make().voices.items()
    ]


def voice_of(chosen: str) -> tuple[Synthesizer, str]:
    """Who speaks for a flow, and under which name. `chosen` is one of `voices()`, or "" for the usual one of all.

    A bare name, which flows had when there was one engine, is looked for at the usual engine first. Raises
    `ProviderRefused` for an engine that does not exist or has lost its key; a name nobody knows is refused by `speak`.
    """
    engine, _, voice = chosen.rpartition(":")
    if not engine and voice:
        engine = next((name for name, one in _speaking() if voice in one.make().voices), "")
    return synthesizer(engine), voice


def transcriber(name: str = "") -> Transcriber:
    """The recogniser of this name, or the site's usual one."""
    made: Transcriber = _make(TRANSCRIBERS, name or settings.TRANSCRIBER_ENGINE)
    return made


def agent(name: str = "") -> Agent:
    """The assistant of this name, or the site's usual one."""
    made: Agent = _make(AGENTS, name or settings.AGENT_ENGINE)
    return made


def agent_ladder(name: str = "") -> tuple[str, ...]:
    """The assistants to ask one after the other: the one of this name, or the usual one, then those that stand in."""
    chosen = name or settings.AGENT_ENGINE
    standing_in = [other for other in settings.AGENT_FALLBACKS if other in AGENTS and AGENTS[other].is_set_up]
    return tuple(dict.fromkeys([chosen, *standing_in]))


def ears_to_ask(name: str = "", *, free_speech: bool = False) -> list[str]:
    """The recognisers to ask one after the other: the one of this name, or the usual one, then all others set up.

    Our own comes last; with `free_speech` it does not come at all, since it only knows what it was told to expect.
    """
    chosen = name or settings.TRANSCRIBER_ENGINE
    others = [other for other, engine in TRANSCRIBERS.items() if engine.is_set_up and other not in ("local", chosen)]
    known = [each for each in (chosen, *others) if each in TRANSCRIBERS and TRANSCRIBERS[each].is_set_up]
    return known if free_speech else list(dict.fromkeys([*known, "local"]))


def understander(name: str = "") -> Understander | None:
    """What understands words that were not expected; None where nothing does."""
    chosen = name or settings.UNDERSTANDER_ENGINE
    return _make(UNDERSTANDERS, chosen) if chosen in UNDERSTANDERS else None


def summarizer(name: str = "") -> Summarizer:
    """What sums up calls, by name, or the site's usual one."""
    made: Summarizer = _make(SUMMARIZERS, name or settings.SUMMARIZER_ENGINE)
    return made


def _speaking() -> list[tuple[str, Engine]]:
    """The voice engines that are set up, the usual one first."""
    rows = [(name, engine) for name, engine in SYNTHESIZERS.items() if engine.is_set_up]
    return sorted(rows, key=lambda row: row[0] != settings.SYNTHESIZER_ENGINE)


def _make(table: Table, name: str) -> Any:
    if name not in table:
        raise ProviderRefused(f"There is no engine called {name}. Choose one of {', '.join(table)}.")
    engine = table[name]
    if not engine.is_set_up:
        said = f"{engine.title} needs {' or '.join(engine.needs)}, which is not set. Put it into .env."
        raise ProviderRefused(said, fault=Fault.KEY)
    return engine.make()
