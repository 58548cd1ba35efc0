"""A page of the operations desk, open at one of several web processes."""

import json
import time
from collections.abc import Callable
from typing import Any

from websockets.sync.client import ClientConnection, connect

from streams.desk.acting import NOBODY
from tests.own_site import Site

WITHIN = 30.0  # seconds that whatever is waited for may take on a busy machine
SIGN_IN = """
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.get(username="olga"))
print(client.cookies["sessionid"].value)
"""


def signed_in(site: Site) -> str:
    """The session of a supervisor's browser. Any process of the site knows it."""
    return site.manage("shell", "-v0", "-c", SIGN_IN).strip()


def opened(port: int, path: str, cookie: str) -> ClientConnection:
    """A WebSocket of that browser."""
    headers = {"Cookie": f"sessionid={cookie}"}
    return connect(f"ws://127.0.0.1:{port}{path}", additional_headers=headers, origin=f"http://127.0.0.1:{port}")


class Desk:
    """The page at one process, with everything that it knows of the calls, and of the story of the one it opened."""

    def __init__(self, port: int, cookie: str) -> None:
        self._line = opened(port, "/desk/", cookie)
        self.calls: dict[int, dict[str, Any]] = {}
        self.rows: list[dict[str, Any]] = []

    def close(self) -> None:
        self._line.close()

    def say(self, **what: Any) -> None:
        self._line.send(json.dumps(what))

    def told(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """Read on until a message fulfils this, and give it."""
        until = time.monotonic() + WITHIN
        while True:
            try:
                said = json.loads(self._line.recv(timeout=max(0.0, until - time.monotonic())))
            except TimeoutError:
                raise AssertionError(f"It was not told. Calls: {self.calls}. Story: {self.rows}") from None
            self.say(seen=said["n"])
            self.calls |= {row["pk"]: row for row in said.get("calls", [])}
            if said["kind"] in ("opened", "said") and "rows" in said:
                self.rows[said.get("from", 0) :] = said["rows"]
            if wanted(said):
                return said

    def call(self, claim: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The row of a call, once it is as claimed."""
        found = [row for row in self.calls.values() if claim(row)]
        while not found:
            self.told(lambda said: "calls" in said)
            found = [row for row in self.calls.values() if claim(row)]
        return found[0]

    def open(self, call_pk: int) -> None:
        """Have the story of this call from the log."""
        self.say(open=call_pk)
        self.told(lambda said: said["kind"] == "opened")

    def reads(self, *said: str) -> None:
        """Wait until all of this stands in the story, word for word."""
        while not self._shows(said):
            self.told(lambda told: "rows" in told)

    def finds(self, call_pk: int, *said: str) -> None:
        """The same of the log: what was only told may die with the process that told it, also where it was told while
        the story was opened."""
        for _ in range(2):
            self.open(call_pk)
            while not self._shows(said):
                self.open(call_pk)

    def _shows(self, said: tuple[str, ...]) -> bool:
        return {f"“{text}”" for text in said} <= {row["text"] for row in self.rows}

    def act(self, act: str, call_pk: int) -> dict[str, Any]:
        """What came of it; pressed again where nobody took it in time, for this machine may be busy."""
        for _ in range(3):
            self.say(do=act, call=call_pk)
            came = self.told(lambda said: said["kind"].startswith("act_"))
            if came["sentence"] != NOBODY:
                break
        return came
