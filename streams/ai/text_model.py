"""A language model that reads and writes text: what the cascade, understanding and summaries rest on. Pure."""

import json
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


LETTERS_A_TOKEN = 4  # of English, about


class TextModel(Protocol):
    """`model` is the name under which its use is priced."""

    name: str
    model: str

    def reply(
        self, instructions: str, turns: Sequence[Turn], functions: Sequence[Function] = ()
    ) -> AsyncGenerator[TextPiece | Called | Used, None]:
        """The next turn of the agent, as it is written; calls come whole. `Used` comes last.

        Closing the generator stops it. Then no count of what it used will come: whoever closes it takes `estimated`
        for what it had said by then. A reply may be empty. Without `functions` it may call nothing.
        Raises `ProviderError`.
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


def tokens(letters: int) -> int:
    """How many tokens so many letters are, about."""
    return -(-letters // LETTERS_A_TOKEN)


def estimated(
    model: TextModel, instructions: str, turns: Sequence[Turn], said: str, functions: Sequence[Function] = ()
) -> tuple[Used, ...]:
    """What a reply used that nobody counted: closed early, or from a server that does not count.

    By the length of the texts, with nothing taken as cached. Marked as an estimate.
    """
    asked = sum(map(len, (instructions, *(_letters(turn) for turn in turns), *(_outline(f) for f in functions))))
    counts = {"text_in": asked, "text_out": len(said)}
    return tuple(
        Used(engine=model.name, model=model.model, unit=unit, quantity=tokens(letters), estimated=True)
        for unit, letters in counts.items()
        if letters
    )


def _letters(turn: Turn) -> str:
    match turn:
        case Said(text=text):
            return text
        case Called(name=name, arguments=arguments):
            return name + arguments
        case Answered(result=result):
            return result


def _outline(function: Function) -> str:
    return function.name + function.description + json.dumps(function.parameters)
