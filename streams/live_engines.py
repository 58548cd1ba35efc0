"""The engines of one live call: the site's own, each with what stands in for it, and none that is known to be down.

Publishing asks the engines themselves: a prompt is made by the flow's voice or not at all. A caller who waits gets the
next best voice, and is heard by whoever can hear.
"""

from collections.abc import Callable
from functools import partial

from streams import engine_health, engines
from streams.ai.fallback import FirstVoice
from streams.ai.first_ears import FirstEars
from streams.ai.provider import Agent, Fault, ProviderError, ProviderRefused, Synthesizer, Transcriber, Understander

Failed = Callable[[str, str, ProviderError], None]  # ability, engine, how


class LiveEngines:
    """Fulfils `streams.brief.Engines`. `failed` is told of each voice or recogniser that another stands in for."""

    def __init__(self, failed: Failed) -> None:
        self._failed = failed

    def transcriber(self, name: str = "") -> Transcriber:
        """The recogniser of this name, or the usual one; then every other that is set up, our own last."""
        rungs = [made for made in map(engines.transcriber, engines.ears_to_ask(name)) if made]
        return FirstEars(*rungs, report=partial(self._note, "ears"), may_use=partial(engine_health.may_use, "ears"))

    def voice_of(self, chosen: str) -> tuple[Synthesizer, str]:
        """The voice of a flow or a step, and its name there; our own when that one cannot speak."""
        own = engines.synthesizer("local")
        try:
            first, voice = engines.voice_of(chosen)
        except ProviderRefused as error:
            self._note("voice", chosen.partition(":")[0], error)
            return own, ""
        rungs = [first] if first.name == own.name else [first, own]
        speaks = FirstVoice(
            *rungs, report=partial(self._note, "voice"), may_use=partial(engine_health.may_use, "voice")
        )
        return speaks, voice

    def agent(self, name: str = "") -> Agent:
        """The assistant of this name, or the usual one."""
        return engines.agent(name)

    def agent_ladder(self, name: str = "") -> tuple[str, ...]:
        """The assistants to ask one after the other; none that rests."""
        return tuple(rung for rung in engines.agent_ladder(name) if engine_health.may_use("agent", rung))

    def report(self, engine: str, fault: Fault | None) -> None:
        """An assistant failed, or did its work (None)."""
        engine_health.note("agent", engine, fault)

    def understander(self, name: str = "") -> Understander | None:
        """What understands words that were not expected."""
        return engines.understander(name)

    def _note(self, ability: str, engine: str, error: ProviderError | None) -> None:
        engine_health.note(ability, engine, error.fault if error else None)
        if error is not None:
            self._failed(ability, engine, error)
