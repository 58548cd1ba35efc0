"""What the engine of an agent step is told as it begins. Pure."""

from collections.abc import Iterable

from flows.engine.commands import StartAgent
from flows.engine.disclosing import first_words
from flows.engine.machine import Flow
from streams.ai.provider import AgentBrief, Spoke


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
