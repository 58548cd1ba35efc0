"""Ears that hear what a test puts in, at the moment it says so."""

import asyncio
from contextlib import asynccontextmanager

from streams.ai.provider import MULAW_8K

END = object()


class ToldEars:
    """A `Transcriber` and its `Listening`. An exception that is put in is raised, `END` ends the iteration; `open` is
    how many listen, and what it was asked for is kept.
    """

    takes = MULAW_8K

    def __init__(self):
        self.events = asyncio.Queue()
        self.open = 0
        self.options, self.expected = None, []
        self.pushed = bytearray()
        self.is_finished = False
        self.debts = ()

    def hear(self, *events):
        for event in events:
            self.events.put_nowait(event)

    @asynccontextmanager
    async def listen(self, options):
        self.options = options
        self.open += 1
        try:
            yield self
        finally:
            self.open -= 1

    def push(self, audio):
        self.pushed += audio

    def expect(self, phrases):
        self.expected.append(phrases)

    def finish(self):
        self.is_finished = True

    def owing(self):
        return self.debts

    async def __aiter__(self):
        while (event := await self.events.get()) is not END:
            if isinstance(event, Exception):
                raise event
            yield event
