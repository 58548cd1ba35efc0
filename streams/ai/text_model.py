"""A language model that reads and writes text: what the cascade, understanding and summaries rest on. Pure protocol."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Protocol

from flows.engine.events import value
from streams.ai.briefing import Function
from streams.ai.provider import Used


@value
class Said:
    """One line of a conversation. `who` is caller or agent."""

    who: str
    text: str


@value
class Called:
    """The model called a function; `arguments` is its text, not yet read."""

    call_id: str
    name: str
    arguments: str


@value
class Answered:
    """What a function call brought."""

    call_id: str
    result: str


Turn = Said | Called | Answered


@value
class TextPiece:
    """The next words of a reply, as they are written."""

    text: str


@value
class Answer:
    """A whole answer in the form of a schema. `found` is None when the model refused or was cut off."""

    found: Mapping[str, Any] | None
    used: tuple[Used, ...] = ()


class TextModel(Protocol):
    """`model` is the name under which its use is priced."""

    name: str
    model: str

    def reply(
        self, instructions: str, turns: Sequence[Turn], functions: Sequence[Function] = ()
    ) -> AsyncGenerator[TextPiece | Called | Used, None]:
        """The next turn of the agent, as it is written; calls come whole. `Used` comes last, also when cut short.

        Closing the generator stops it. Without `functions` it may call nothing. Raises `ProviderError`.
        """
        ...

    async def answer(self, instructions: str, text: str, schema: Mapping[str, Any]) -> Answer:
        """What `text` comes to, in the form of a strict JSON schema (its `title` names it). A caller waits for it.

        Raises `ProviderError`.
        """
        ...

    def answer_blocking(self, instructions: str, text: str, schema: Mapping[str, Any]) -> Answer:
        """The same for workers: it may take a minute, and is tried again when that may help."""
        ...
