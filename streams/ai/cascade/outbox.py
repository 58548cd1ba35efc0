"""What a conversation has to tell the line, in order. What the line took cannot be taken back."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import AgentAudio, AgentEnded, AgentSaid, ProviderError, Saying


class Outbox:
    """`heard` is the latest turn of which the line took audio."""

    def __init__(self) -> None:
        self._sayings: deque[tuple[Saying, Spoken | None]] = deque()  # with the turn that it belongs to
        self._more = asyncio.Event()
        self._failure: ProviderError | None = None
        self._closed = False
        self.heard: Spoken | None = None

    def put(self, saying: Saying, spoken: Spoken | None = None) -> None:
        """The next thing; of the turn `spoken` when it is said by the agent."""
        if not self._closed:
            self._sayings.append((saying, spoken))
            self._more.set()

    def cut(self, heard_ms: int) -> bool:
        """The caller cut in: audio that was not taken is dropped, and words become those that were heard.

        Returns whether the latest turn came out shorter by it.
        """
        was_cut = self.heard is None or self.heard.was_cut
        if self.heard:
            self.heard.cut(heard_ms)
        kept: deque[tuple[Saying, Spoken | None]] = deque()
        for saying, spoken in self._sayings:
            if isinstance(saying, AgentAudio):
                continue
            if not isinstance(saying, AgentSaid) or spoken is None:
                kept.append((saying, spoken))
            elif spoken is self.heard:
                kept.append((AgentSaid(text=spoken.text), spoken))
            else:
                spoken.cut(0)
        self._sayings = kept
        return self.heard is not None and self.heard.was_cut and not was_cut

    def stop(self, turn: Spoken) -> None:
        """This turn says no more. What was taken of it counts as heard, unless it was cut before."""
        self._sayings = deque(
            (saying, spoken)
            for saying, spoken in self._sayings
            if spoken is not turn or not isinstance(saying, AgentAudio)
        )
        turn.cut(turn.ms if self.heard is turn else 0)
        if self.heard is turn:
            self.put(AgentSaid(text=turn.text), turn)

    def fail(self, error: ProviderError) -> None:
        """Nothing follows; once all was taken the error is raised."""
        self._failure = self._failure or error
        self._closed = True
        self._more.set()

    def close(self) -> None:
        """Nobody takes anything any more."""
        self._sayings.clear()
        self._closed = True
        self._more.set()

    async def __aiter__(self) -> AsyncIterator[Saying]:
        while True:
            while self._sayings:
                saying, spoken = self._sayings.popleft()
                if isinstance(saying, AgentAudio):
                    self.heard = spoken
                yield saying
                if isinstance(saying, AgentEnded):
                    return
            if self._failure:
                raise self._failure
            if self._closed:
                return
            self._more.clear()
            await self._more.wait()
