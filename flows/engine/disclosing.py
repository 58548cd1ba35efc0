"""What an AI step says before its greeting, so that callers know that they talk with a machine. Pure."""

from flows.engine.machine import Flow
from flows.engine.matching import words
from flows.engine.usual_texts import usual

DISCLOSURE = "You are talking with an AI assistant."
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
