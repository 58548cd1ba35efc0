"""The port on which stand-ins answer."""

import httpx2
import pytest
from aiohttp import web

from tests.standins.server import serving, serving_beside


class Broken:
    def routes(self):
        return [web.get("/", self.answer)]

    async def answer(self, request):
        raise LookupError("a wrong frame")


async def test_a_part_that_breaks_fails_the_test_that_it_serves():
    with pytest.raises(LookupError, match="a wrong frame"):
        async with serving(Broken()) as address, httpx2.AsyncClient() as client:
            assert (await client.get(address)).status_code == 500


def test_a_part_that_breaks_in_a_thread_beside_the_test_fails_it_too():
    with pytest.raises(LookupError, match="a wrong frame"), serving_beside(Broken()) as address:
        assert httpx2.get(address).status_code == 500
