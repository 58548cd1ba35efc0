"""A site to call, and calls that run fifty times as fast as real ones."""

import pytest

from streams.phone.placing import place_call
from streams.phone.script import Script, parse
from tests.streams.phone.site import ACCOUNT, open_site

FAST = 50.0


@pytest.fixture
async def site():
    async with open_site() as opened:
        yield opened


@pytest.fixture
def call(site):
    """Place a call on the site: `await call("script", profile=...)`; a caller function may stand for the script."""

    async def place(caller="ends", **options):
        script = parse(caller) if isinstance(caller, str) else caller
        return await place_call(script, **{"site": site.url, "account": ACCOUNT, "speed": FAST} | options)

    assert isinstance(parse(""), Script)
    return place
