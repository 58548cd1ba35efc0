"""Engines that fail as a test wants it, and who is told of that."""

import asyncio
from contextlib import asynccontextmanager

from streams.ai.provider import MULAW_8K, ProviderUnavailable, TranscriberAbilities, Used
from tests.streams.ai.told_ears import ToldEars

BEGUN = b"begun"
USED = Used(engine="x", model="x", unit="characters", quantity=1)


class Engine(ToldEars):
    """Fails with the errors it was given, one each time, then works. As ears it hears what the test puts in."""

    gives = MULAW_8K
    voices = {"first": "First"}
    can = TranscriberAbilities()

    def __init__(self, name, *errors, begins_with=()):
        super().__init__()
        self.name = name
        self.errors = list(errors)
        self.begins_with = begins_with
        self.asked = []

    async def speak(self, text, *, voice="", language="en-US", owed=None):
        self.asked.append(voice)
        self.open += 1
        try:
            for piece in self.begins_with:
                yield piece
            error = self.errors.pop(0) if self.errors else None
            if error is asyncio.Event:
                await asyncio.Event().wait()
            if error:
                raise error
            yield self.name.encode()
        finally:
            self.open -= 1

    @asynccontextmanager
    async def listen(self, options):
        self.asked.append(options)
        if self.errors:
            raise self.errors.pop(0)
        async with super().listen(options):
            yield self


def down():
    return ProviderUnavailable("down")


class Operations:
    """Is told which engine failed with what, or did its work."""

    def __init__(self):
        self.told = []

    def __call__(self, engine, error):
        self.told.append((engine, error.fault if error else None))
