"""What follows from the function calls of one turn. Pure."""

from dataclasses import field

from flows.engine.events import value
from streams.ai.briefing import GOODBYE_FIRST, Json, Refused, Waited, read_call
from streams.ai.provider import AgentBrief, AgentEnded, ToolCalled
from streams.ai.realtime.floor import GOODBYE, PLAIN
from streams.ai.realtime.turn import Turn

CUT_IN = "The caller cut in before this was done. It was not done."
SILENT = "You stay silent."


@value
class Decided:
    """`answers` are results that we give at once, by call; `tools` are asked of others, whose results come later.

    `then` are the parameters of the response that follows now, None when none does. `outcome` is set when the
    conversation ends, after that response when there is one.
    """

    answers: list[tuple[str, str]] = field(default_factory=list)
    tools: list[ToolCalled] = field(default_factory=list)
    then: Json | None = None
    outcome: str = ""
    refused: int = 0
    chose_silence: bool = False


def decide(brief: AgentBrief, turn: Turn) -> Decided:
    """An end outweighs everything. Several results are given before one response is asked for."""
    if turn.was_cut:
        return Decided(answers=[(call_id, CUT_IN) for call_id in turn.asked])
    read = {key: read_call(brief, key, asked.name, asked.arguments) for key, asked in turn.asked.items()}
    for call_id, reading in read.items():
        if isinstance(reading, AgentEnded) and turn.has_sound:
            return Decided(outcome=reading.outcome)
        if isinstance(reading, AgentEnded):
            return Decided(answers=[(call_id, GOODBYE_FIRST)], then=GOODBYE, outcome=reading.outcome)
    refusals = [(call_id, reading.sentence) for call_id, reading in read.items() if isinstance(reading, Refused)]
    silences = [(call_id, SILENT) for call_id, reading in read.items() if isinstance(reading, Waited)]
    tools = [reading for reading in read.values() if isinstance(reading, ToolCalled)]
    return Decided(
        answers=refusals + silences,
        tools=tools,
        then=PLAIN if refusals and not tools else None,
        refused=len(refusals),
        chose_silence=not refusals and not tools and not turn.has_sound,
    )
