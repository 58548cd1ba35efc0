"""Which response the agent owes the caller when a session begins: its parameters, None when it is to listen. Pure."""

from streams.ai.briefing import Json
from streams.ai.provider import AgentBrief
from streams.ai.realtime import frames
from streams.ai.realtime.floor import PLAIN, Floor
from streams.ai.realtime.memory import Line, Memory
from streams.ai.realtime.turn import Turn

GO_ON = (
    "The line broke while you spoke. Say in a few words that you repeat yourself, then say your last sentence again."
)
ASK_AGAIN = "You could not hear what the caller said last. Say so in a few words, and ask for it once more."


def at_first(brief: AgentBrief) -> Json | None:
    """In a conversation's first session."""
    if not brief.history:
        return frames.greeting(brief)
    return PLAIN if brief.history[-1].who == "caller" else None


def after(brief: AgentBrief, floor: Floor, memory: Memory) -> Json | None:
    """In the session that follows one which broke off like this."""
    turn, last = floor.active, memory.last
    if turn is not None and turn.has_sound:
        return None if turn.was_cut else once_more(brief, turn)
    owed = floor.owed()
    if owed == PLAIN and isinstance(last, Line) and last.who == "caller" and not last.words:
        return frames.told_now(brief, ASK_AGAIN)
    return owed


def once_more(brief: AgentBrief, turn: Turn) -> Json:
    """For a turn that did not come to its end."""
    return frames.told_now(brief, GO_ON) if turn.has_sound else turn.params or PLAIN
