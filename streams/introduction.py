"""How an agent step begins: what the caller hears first, and what the engine is told. Pure."""

from collections.abc import Iterable

from flows.engine.commands import StartAgent
from flows.engine.machine import Flow
from flows.engine.matching import words
from flows.engine.usual_texts import usual
from streams.ai.provider import AgentBrief, Spoke
from streams.house_texts import DISCLOSURE

# Any of these in a greeting says that no person is speaking.
SAYS_SO = frozenset(
    {
        *("automated", "automatic", "virtual", "digital", "ai", "artificial", "robot", "bot", "computer"),
        *("automatico", "automatica", "automatique", "artificielle", "virtuel", "virtuelle"),
        *("automatischer", "automatischen", "automatische", "ki", "kunstliche", "virtueller"),
    }
)


def first_words(flow: Flow, greeting: str, language: str = "") -> list[str]:
    """The texts that open the conversation: the greeting, and before it what a flow that is marked so must say."""
    if flow.discloses_ai and SAYS_SO.isdisjoint(words(greeting)):
        return [usual(DISCLOSURE, language) or DISCLOSURE, greeting]
    return [greeting]


def briefed(command: StartAgent, flow: Flow, history: Iterable[Spoke]) -> AgentBrief:
    """What an engine is told: the step's words, and what was said in this conversation so far."""
    return AgentBrief(
        instructions=command.instructions,
        persona=command.persona,
        greeting=" ".join(first_words(flow, command.greeting, command.language)),
        knowledge=command.knowledge,
        notes=command.notes,
        outcomes=command.outcomes,
        tools=command.tools,
        tried=command.tried,
        history=tuple(history),
        language=command.language or flow.language,
        voice=(command.voice if not command.language else "") or flow.voice_in(command.language),
        discloses_ai=flow.discloses_ai,
        interruption=command.interruption,
    )
