"""Does this engine work? One real request to it, with a deadline, and the answer as a sentence.

The page of engines asks, and `manage.py check --deploy`. It costs a fraction of a cent with engines that cost.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from flows.engine.commands import AgentOutcome
from streams import engines
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentSaid,
    HeardUtterance,
    ListenOptions,
    ProviderError,
    Question,
)
from streams.audio import mulaw

DEADLINE = 12.0  # seconds for one test
SAID = "billing"
PHRASES = ("billing", "technical support", "sales")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a test found."""

    works: bool
    sentence: str


def test(ability: str, name: str) -> Verdict:
    """Try the engine of this name. Never raises; not to be called on an event loop's thread."""
    try:
        return Verdict(True, asyncio.run(_within(TESTS[ability](name))))
    except ProviderError as error:
        return Verdict(False, str(error))
    except TimeoutError:
        return Verdict(False, f"It did not answer within {DEADLINE:.0f} seconds.")
    except Exception as error:
        return Verdict(False, f"It broke ({type(error).__name__}). The log of the web process says more.")


async def _within(work: Awaitable[str]) -> str:
    async with asyncio.timeout(DEADLINE):
        return await work


async def _voice(name: str) -> str:
    began = time.monotonic()
    first, audio = 0.0, 0
    async for piece in engines.synthesizer(name).speak("This is a test of the voice."):
        if isinstance(piece, bytes):
            first = first or time.monotonic() - began
            audio += len(piece)
    return f"It spoke for {audio / mulaw.RATE:.1f} s; the first sound came after {first:.2f} s."


async def _ears(name: str) -> str:
    spoken = [piece async for piece in engines.synthesizer("local").speak(SAID) if isinstance(piece, bytes)]
    line = mulaw.silence(400) + b"".join(spoken) + mulaw.silence(1500)
    async with engines.transcriber(name).listen(ListenOptions(phrases=PHRASES)) as listening:
        for start in range(0, len(line), mulaw.FRAME):
            listening.push(line[start : start + mulaw.FRAME])
            await asyncio.sleep(0.005)  # four times as fast as a caller speaks
        began = time.monotonic()
        async for heard in listening:
            if isinstance(heard, HeardUtterance):
                said = f"“{heard.text}”" if heard.text else "nothing that it understood"
                return f"“{SAID}” was said, it heard {said}, {time.monotonic() - began:.2f} s after the end."
    raise ProviderError("It stopped listening.")


async def _agent(name: str) -> str:
    brief = AgentBrief(
        greeting="Hello, this is a test.", outcomes=(AgentOutcome(name="person", label="wants a person"),)
    )
    began, first = time.monotonic(), 0.0
    async with engines.agent(name).converse(brief) as talk:
        async for saying in talk:
            if isinstance(saying, AgentAudio):
                first = first or time.monotonic() - began
            elif isinstance(saying, AgentSaid):
                return f"It said “{saying.text}”; the first sound came after {first:.2f} s."
    raise ProviderError("It ended the conversation at once.")


async def _understands(name: str) -> str:
    engine = engines.understander(name)
    if engine is None:
        raise ProviderError("There is no such engine.")
    began = time.monotonic()
    choices = (AgentOutcome(name="1", label="Billing"), AgentOutcome(name="2", label="Sales"))
    found = await engine.understand(Question(asked="What is it about?", said="my bill is wrong", choices=choices))
    meant = next((choice.label for choice in choices if choice.name == found.answer), "nothing")
    return f"It took “my bill is wrong” for {meant}, after {time.monotonic() - began:.2f} s."


async def _sums_up(name: str) -> str:
    lines = [("line", "How can we help?"), ("caller", "I want to thank you for the quick repair.")]
    began = time.monotonic()
    summary = await asyncio.to_thread(engines.summarizer(name).sum_up, lines, outcome="ended by the flow")
    return f"It wrote “{summary.text[:120]}” after {time.monotonic() - began:.1f} s."


TESTS: dict[str, Callable[[str], Awaitable[str]]] = {
    "voice": _voice,
    "ears": _ears,
    "agent": _agent,
    "understand": _understands,
    "summary": _sums_up,
}
