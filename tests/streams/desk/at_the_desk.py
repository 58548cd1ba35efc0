"""A call through the real addresses, and a browser at the desk, for tests of what the desk shows."""

import asyncio
import json

from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import Group, User

from streams.off_loop import query
from streams.routing import websocket_urlpatterns
from tests.flows.pages import client_of

OURS = "http://127.0.0.1:8000"
application = URLRouter(websocket_urlpatterns)


def signed_in(*roles, username="sue"):
    """Somebody of the staff with these roles, and the cookies of a browser in which they are signed in."""
    user = User.objects.create_user(username, password="x", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user, f"theme=dark; sessionid={client_of(user).cookies['sessionid'].value}"


class Browser(WebsocketCommunicator):
    """A page that is open at the desk, or listens. It says what it saw, unless it is `slow`."""

    def __init__(self, cookie, path="/desk/", *, origin=OURS, slow=False):
        headers = [(b"cookie", cookie.encode()), (b"origin", origin.encode())]
        super().__init__(application, path, headers=headers)
        self.slow = slow
        self.rows = []  # of the open call's story
        self.calls = {}  # as the page knows them

    async def _next(self):
        said = json.loads(await self.receive_from(timeout=8))
        if not self.slow:
            await self.send_to(text_data=json.dumps({"seen": said["n"]}))
        self.calls |= {row["pk"]: row for row in said.get("calls", [])}
        if said["kind"] in ("opened", "said") and "rows" in said:
            self.rows[said.get("from", 0) :] = said["rows"]
        return said

    async def told(self, kind, **wanted):
        """The next message of this kind that says so."""
        async with asyncio.timeout(8):
            while True:
                said = await self._next()
                if said["kind"] == kind and all(said.get(name) == value for name, value in wanted.items()):
                    return said

    async def told_in_any_order(self, *wanted):
        """Once there was a message for each of these, of which each names what it holds."""
        left = list(wanted)
        async with asyncio.timeout(8):
            while left:
                said = await self._next()
                left = [one for one in left if any(said.get(name) != value for name, value in one.items())]

    async def row(self, claim):
        """The row of a call on the line, once it is as claimed."""
        async with asyncio.timeout(8):
            while True:
                for row in self.calls.values():
                    if claim(row):
                        return row
                await self._next()

    async def says(self, claim):
        """The rows of the open call's story so far, once one of them is as claimed."""
        async with asyncio.timeout(8):
            while not any(claim(row) for row in self.rows):
                await self._next()
        return self.rows

    async def asks(self, **what):
        await self.send_to(text_data=json.dumps(what))

    async def closes(self):
        """The code that the socket is closed with."""
        async with asyncio.timeout(8):
            while (message := await self.receive_output(timeout=8))["type"] != "websocket.close":
                pass
        return message["code"]


async def seated(*roles, **more):
    """A browser at the desk, and who sits there."""
    user, cookie = await query(lambda: signed_in(*roles))
    browser = Browser(cookie, **more)
    connected, _ = await browser.connect()
    assert connected
    return browser, user
