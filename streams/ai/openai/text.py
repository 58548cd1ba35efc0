"""A text model of OpenAI, or of a server that speaks its protocol, by whichever API that server speaks.

Deadlines are those of a live call. A reply that fails when it was whole already counts as whole: what comes last is
only the count of its tokens, and what nobody counted is estimated.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from streams.ai.briefing import Function
from streams.ai.openai.chat import Chat
from streams.ai.openai.client import LIVE_SECONDS, OpenAIClients, fault_of, provider_error, told
from streams.ai.openai.deadlines import Deadlines
from streams.ai.openai.dialect import Asked, Counted, Dialect, Piece, Whole
from streams.ai.openai.responses import Responses
from streams.ai.provider import Fault, ProviderError, Used
from streams.ai.text_model import Answer, Called, Said, TextPiece, Turn, estimated

FIRST_SECONDS = 3.0  # until the first words; a filler is spoken after two
MOST_SPOKEN = 1000  # tokens of one reply, so that a model that goes on and on cannot
MOST_ANSWERED = 2000  # tokens of one answer in the form of a schema, thinking included
MOST_THOUGHT = 8000  # the same where nobody waits

END: Any = object()
DIALECTS: Mapping[str, Dialect] = {"responses": Responses(), "chat": Chat()}


class OpenAIText:
    """A `TextModel`. `effort` is how long it thinks, "" for servers that cannot be told."""

    name = "openai"

    def __init__(self, clients: OpenAIClients, *, model: str, dialect: Dialect, effort: str = "") -> None:
        self.model, self._clients, self._dialect, self._effort = model, clients, dialect, effort

    async def reply(
        self, instructions: str, turns: Sequence[Turn], functions: Sequence[Function] = ()
    ) -> AsyncGenerator[TextPiece | Called | Used, None]:
        """The next turn. Refusals come as words, since silence would be worse."""
        asked = self._asked(instructions, turns, functions, MOST_SPOKEN)
        tokens: Counted | None = None
        said: list[str] = []
        async with aclosing(self._pieces(asked)) as pieces:
            async for piece in pieces:
                match piece:
                    case Counted():
                        tokens = piece
                    case TextPiece() | Called():
                        said.append(piece.text if isinstance(piece, TextPiece) else piece.arguments)
                        yield piece
        for used in self._used(tokens, asked, "".join(said)):
            yield used

    async def answer(self, instructions: str, text: str, schema: Mapping[str, Any]) -> Answer:
        """One try, within the deadline of a live turn."""
        asked = self._asked_in_form(instructions, text, schema, MOST_ANSWERED)
        with told(self._clients.account, self.model):
            async with asyncio.timeout(LIVE_SECONDS):
                reply = await self._clients.post(self._dialect.path, self._dialect.request(asked, stream=False))
        return self._answer(asked, reply)

    def answer_blocking(self, instructions: str, text: str, schema: Mapping[str, Any]) -> Answer:
        """With the package's own retries."""
        asked = self._asked_in_form(instructions, text, schema, MOST_THOUGHT)
        with told(self._clients.account, self.model):
            reply = self._clients.post_blocking(self._dialect.path, self._dialect.request(asked, stream=False))
        return self._answer(asked, reply)

    async def _pieces(self, asked: Asked) -> AsyncGenerator[Piece, None]:
        """Whatever the server sends until it closes. Raises `ProviderError`, but no longer once the reply is whole."""
        deadlines, reader, whole = Deadlines(first=FIRST_SECONDS, whole=LIVE_SECONDS), self._dialect.reader(), False
        with told(self._clients.account, self.model):
            body = self._dialect.request(asked, stream=True)
            events = await deadlines.wait(self._clients.stream(self._dialect.path, body))
        async with aclosing(events):
            while True:
                try:
                    event = await self._next(events, deadlines)
                except ProviderError:
                    if whole:
                        return
                    raise
                if event is END:
                    break
                for piece in reader.read(event):
                    deadlines.first_came()
                    whole = whole or self._is_end(piece)
                    yield piece
        if not whole:
            raise provider_error(self._clients.account, Fault.UNREACHABLE)

    async def _next(self, events: AsyncIterator[Any], deadlines: Deadlines) -> Any:
        with told(self._clients.account, self.model):
            return await deadlines.wait(anext(events, END))

    def _is_end(self, piece: Piece) -> bool:
        if isinstance(piece, Whole) and piece.broke is not None:
            raise self._broke(piece.broke)
        return isinstance(piece, Whole)

    def _asked(
        self, instructions: str, turns: Sequence[Turn], functions: Sequence[Function], most: int, form: Any = None
    ) -> Asked:
        return Asked(
            model=self.model,
            effort=self._effort,
            instructions=instructions,
            turns=tuple(turns),
            functions=tuple(functions),
            form=form,
            most=most,
        )

    def _asked_in_form(self, instructions: str, text: str, schema: Mapping[str, Any], most: int) -> Asked:
        return self._asked(instructions, [Said(who="caller", text=text)], (), most, schema)

    def _answer(self, asked: Asked, reply: Any) -> Answer:
        found = self._dialect.found(reply)
        if found.broke:  # without a count nothing says that a model wrote it
            raise self._broke("no answer in it", self._used(found.counted, asked, "") if found.counted else ())
        return Answer(found=_read(found.text), used=self._used(found.counted, asked, found.text or ""))

    def _used(self, tokens: Counted | None, asked: Asked, said: str) -> tuple[Used, ...]:
        if tokens is None:
            return estimated(self, asked.instructions, asked.turns, said, asked.functions)
        counts = {
            "text_in": tokens.text_in - tokens.text_cached,
            "text_cached": tokens.text_cached,
            "text_out": tokens.text_out,
        }
        known = {unit: count for unit, count in counts.items() if count}
        return tuple(Used(engine=self.name, model=self.model, unit=unit, quantity=known[unit]) for unit in known)

    def _broke(self, code: str, used: tuple[Used, ...] = ()) -> ProviderError:
        error = provider_error(self._clients.account, fault_of(code), code, model=self.model)
        error.used = used
        return error


def _read(text: str | None) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
