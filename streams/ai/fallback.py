"""The ladder when an engine fails: the same one once more, when that may help, then the next. Wrappers, not branches.

Each wrapper is itself an engine. Once a caller has heard a first sound there is no way back: a sentence that begins
twice is worse than a failure the flow knows how to handle.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TypeVar

from streams.ai.provider import (
    Agent,
    AgentBrief,
    Conversation,
    Listening,
    ListenOptions,
    ProviderError,
    Synthesizer,
    Transcriber,
    Used,
)

Opened = TypeVar("Opened")
Entry = Callable[[], AbstractAsyncContextManager[Opened]]


class FirstVoice:
    """The first of several synthesizers that can speak. All must give the same format."""

    def __init__(self, *rungs: Synthesizer) -> None:
        self._rungs = rungs
        self.name, self.gives, self.voices = rungs[0].name, rungs[0].gives, rungs[0].voices

    async def speak(self, text: str, *, voice: str = "", language: str = "en-US") -> AsyncGenerator[bytes | Used, None]:
        """As the first that can. `voice` is a name of the first; the others use their own for the language."""
        failed = None
        for place, rung in enumerate(self._rungs):
            for _ in range(2):
                begun = False
                try:
                    async for piece in rung.speak(text, voice="" if place else voice, language=language):
                        begun = begun or isinstance(piece, bytes)
                        yield piece
                    return
                except ProviderError as error:
                    failed = error
                    if begun:
                        raise
                    if not error.retryable:
                        break
        raise failed or ProviderError("There is no voice to speak with.")


class FirstEars:
    """The first of several transcribers that can listen. All must take the same format."""

    def __init__(self, *rungs: Transcriber) -> None:
        self._rungs = rungs
        self.name, self.takes, self.can = rungs[0].name, rungs[0].takes, rungs[0].can

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator[Listening]:
        """As the first that can."""
        async with AsyncExitStack() as stack:
            yield await _first(stack, [partial(rung.listen, options) for rung in self._rungs])


class FirstAgent:
    """The first of several agents that can be had. All must take and give the same formats."""

    def __init__(self, *rungs: Agent) -> None:
        self._rungs = rungs
        first = rungs[0]
        self.name, self.title, self.takes, self.gives = first.name, first.title, first.takes, first.gives

    @asynccontextmanager
    async def converse(self, brief: AgentBrief) -> AsyncIterator[Conversation]:
        """As the first that can."""
        async with AsyncExitStack() as stack:
            yield await _first(stack, [partial(rung.converse, brief) for rung in self._rungs])


async def _first(stack: AsyncExitStack, entries: list[Entry[Opened]]) -> Opened:
    failed = None
    for enter in entries:
        for _ in range(2):
            try:
                return await stack.enter_async_context(enter())
            except ProviderError as error:
                failed = error
                if not error.retryable:
                    break
    raise failed or ProviderError("There is no engine to turn to.")
