"""A site to call, and calls that run fifty times as fast as real ones."""

import asyncio

import pytest

from streams.phone.placing import place_call
from streams.phone.script import Script, parse
from tests.streams.phone.site import ACCOUNT, open_site

FAST = 50.0


@pytest.fixture
async def site():
    async with open_site() as opened:
        yield opened


class Witness:
    """Sees what happens on a call, so that a caller can wait for it."""

    def __init__(self):
        self.moments, self._news = [], asyncio.Event()

    def __call__(self, moment):
        self.moments.append(moment)
        self._news.set()

    async def saw(self, kind, text=""):
        while not any(moment.kind == kind and text in moment.text for moment in self.moments):
            self._news.clear()
            await self._news.wait()


@pytest.fixture
def witness():
    return Witness()


@pytest.fixture
def call(site):
    """Place a call on the site: `await call("script", profile=...)`; a caller function may stand for the script."""

    async def place(caller="ends", **options):
        script = parse(caller) if isinstance(caller, str) else caller
        return await place_call(script, **{"site": site.url, "account": ACCOUNT, "speed": FAST} | options)

    assert isinstance(parse(""), Script)
    return place
