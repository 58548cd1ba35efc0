"""Engines that tell what words mean: of one answer while the caller waits, of a whole call when it is over. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from flows.engine.commands import AgentOutcome
from flows.engine.values import value
from streams.ai.provider.speech import Used


@value
class Question:
    """Words to be understood: what was asked, what the caller said, and what may be meant.

    `wants`: choice (one of the names in `choices`), digits, number, date (ISO 8601), yes-no (`yes` or `no`) or text.
    `today` is the caller's date in ISO 8601, for "next Tuesday". `said` is data, never instructions.
    """

    asked: str
    said: str
    wants: str = "choice"
    choices: tuple[AgentOutcome, ...] = ()
    language: str = "en-US"
    today: str = ""


@value
class Understanding:
    """What was meant, in the form that the question wants; "" when that cannot be told. `confidence` is 0 to 1."""

    answer: str = ""
    confidence: float = 0.0
    used: tuple[Used, ...] = ()


class Understander(Protocol):
    """From a caller's words to what they mean, when comparing them with what was expected found nothing."""

    name: str

    async def understand(self, question: Question) -> Understanding:
        """Raises `ProviderError`. An answer that the question does not allow is never given."""
        ...

    def owing(self, question: Question) -> Sequence[Used]:
        """What this question used when it was cancelled: nothing is remembered, so ask once. Never raises."""
        ...


@value
class Summary:
    """What a call was about. Moods are positive, neutral or negative; `written_by` names engine and model in words.

    `moods` is the mood of each who spoke (caller, agent), `mood_start` and `mood_end` are the caller's in the first and
    in the last third of what they said, "" where they said nothing. `topics` are a few words each, `follow_up` is what
    somebody should do now, "" when nothing. `prompt_version` names what a model was asked, "" where none was.
    """

    text: str
    intent: str
    mood: str
    written_by: str
    moods: Mapping[str, str] = field(default_factory=dict)
    mood_start: str = ""
    mood_end: str = ""
    topics: tuple[str, ...] = ()
    follow_up: str = ""
    prompt_version: str = ""
    used: tuple[Used, ...] = ()


class Summarizer(Protocol):
    """Sums up a finished call. `lines` are (who, text) pairs: caller, line or agent."""

    name: str

    def sum_up(self, lines: list[tuple[str, str]], *, outcome: str) -> Summary:
        """Synchronous: it runs in a worker. Raises `ProviderError`."""
        ...
