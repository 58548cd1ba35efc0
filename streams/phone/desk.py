"""The carrier's REST side: takes orders for calls that a site makes and for streams of live ones, and tells what its
book says of all calls."""

import base64
import contextlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from streams.phone.accounts import Accounts
from streams.phone.callbacks import Account
from streams.phone.live import LiveCalls

Answer = tuple[int, dict[str, Any]]
USUAL_RING = 120  # seconds, where the order does not say
DETECTION = ("true", "hangup")  # what `machine_detection` may be
CALLS_ONLY = "the built-in phone takes calls only"
CANNOT_BE_READ: Answer = (400, {"error": "the order cannot be read"})


@dataclass
class Order:
    """One call that the site wants made. `status` is queued, live, or over; `code` says why it ended.

    `hang_up` ends it, once somebody carries it; it `rings` until somebody picks up."""

    wanted: dict[str, Any]
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "queued"
    code: int = 0
    rings: Callable[[], bool] = lambda: True
    hang_up: Callable[[], object] | None = None

    @property
    def ring_seconds(self) -> int:
        """For how long it rings."""
        return int(self.wanted.get("ring_timeout", USUAL_RING))

    def number(self, side: str) -> str:
        """Of `from` or `to`, in E.164."""
        return f"+{str(self.wanted[side]).lstrip('+')}"


class Desk:
    """The orders of one account, its book, if it keeps one, and the calls on its lines. `on_order` is called in a
    thread of the server's.

    `refusals` are HTTP statuses that the next questions are answered with, one each: 429, 500.
    """

    def __init__(
        self,
        account: Account,
        on_order: Callable[[Order], object],
        accounts: Accounts | None = None,
        live: LiveCalls | None = None,
    ) -> None:
        pair = base64.b64encode(f"{account.auth_id}:{account.token}".encode()).decode()
        self._home, self._key, self._on_order = f"/{account.auth_id}/", f"Basic {pair}", on_order
        self._orders: dict[str, Order] = {}
        self._accounts, self._live = accounts, live or LiveCalls()
        self.refusals: list[int] = []
        self.asked: list[str] = []  # every question, as a path with its query

    @contextlib.contextmanager
    def open(self, port: int) -> Iterator[int]:
        """Listen on this machine only; gives the port, which is any free one for 0. Raises `OSError`."""
        handler = type("Handler", (_Request,), {"desk": self})
        with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
            try:
                yield server.server_port
            finally:
                server.shutdown()

    def answer(self, method: str, url: str, key: str, body: bytes) -> Answer:
        """What the carrier says to one request."""
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            return 401, {"error": "this is another account, or another token"}
        parts = urlsplit(url)
        what, _, name = parts.path.partition(self._home)[2].strip("/").partition("/")
        if what == "Request" and method == "DELETE":
            return self._cancel(name)
        if what != "Call":
            return 405, {"error": CALLS_ONLY}
        uuid, about, rest = (name.strip("/") for name in name.partition("/Stream"))
        if about and (told := self._of_live(method, uuid, rest, body)):
            return told
        if method == "DELETE":
            return self._end(name)
        if method == "POST" and name:
            return self._lead_on(uuid, about, body)
        if method == "POST":
            return self._take(body)
        self.asked.append(f"{what}/{name}?{parts.query}")
        if self.refusals:
            return self.refusals.pop(0), {"error": "not now"}
        asked = dict(parse_qsl(parts.query))
        told = None if "status" in asked else self._booked(name, asked)
        return told or (self._tell_one(name, asked) if name else self._tell(asked))

    def _lead_on(self, uuid: str, about: str, body: bytes) -> Answer:
        wanted = _read(body)
        if wanted is None:
            return CANNOT_BE_READ
        return (not about and self._live.lead_on(uuid, wanted)) or (404, {"error": "not found"})

    def _of_live(self, method: str, uuid: str, stream_id: str, body: bytes) -> Answer | None:
        wanted = _read(body)
        return CANNOT_BE_READ if wanted is None else self._live.streams(method, uuid, stream_id, wanted)

    def _booked(self, name: str, asked: dict[str, str]) -> Answer | None:
        """What the book says to this question; None when it has nothing to say to it."""
        if self._accounts is None:
            return None
        uuid, _, rest = name.partition("/")
        if rest == "Stream":
            told = self._accounts.streams(uuid, asked, time.time())
        else:
            told = self._accounts.call(uuid, time.time()) if uuid else self._accounts.calls(asked, time.time())
        return None if told is None else (200, told)

    def _take(self, body: bytes) -> Answer:
        wanted = _read(body)
        if wanted is None:
            return CANNOT_BE_READ
        order = Order(wanted)
        missing = {"from", "to", "answer_url", "hangup_url"} - set(wanted)
        if missing:
            return 400, {"error": f"the order lacks {', '.join(sorted(missing))}"}
        if wrong := _wrong_with(order.wanted):
            return 400, {"error": wrong}
        self._orders[order.uuid] = order
        self._on_order(order)
        return 201, {"message": "call fired", "request_uuid": order.uuid}

    def _end(self, name: str) -> Answer:
        order = self._orders.get(name)
        if order is None or order.hang_up is None or order.status != "live":
            return 404, {"error": "not found"}
        order.hang_up()
        return 204, {}

    def _cancel(self, name: str) -> Answer:
        """A call that nobody has picked up; who talks already is left alone."""
        order = self._orders.get(name)
        if order is None or order.hang_up is None or order.status == "over" or not order.rings():
            return 404, {"error": "not found"}
        order.hang_up()
        return 204, {}

    def _tell_one(self, name: str, asked: dict[str, str]) -> Answer:
        """A call that goes on, by its status; without one its record is wanted, and there is none yet."""
        order = self._orders.get(name)
        if order is None and asked.get("status") == "live" and (called := self._live.numbers().get(name)):
            return 200, {"call_uuid": name, "call_status": "in-progress", "to": called.lstrip("+")}
        if order is None or order.status == "over" or "status" not in asked:
            return 404, {"error": "not found"}
        return 200, {"call_uuid": name, "to": order.wanted["to"]}

    def _tell(self, asked: dict[str, str]) -> Answer:
        orders = list(self._orders.values())
        if "status" in asked:
            calls = dict.fromkeys(order.uuid for order in orders if order.status == asked["status"])
            calls |= dict.fromkeys(self._live.numbers()) if asked["status"] == "live" else {}
            return 200, {"calls": list(calls)}
        over = [one for one in reversed(orders) if one.status == "over" and one.wanted["to"] == asked.get("to_number")]
        told = [{"call_uuid": o.uuid, "to_number": o.wanted["to"], "hangup_cause_code": o.code} for o in over]
        return 200, {"objects": told}


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        return dict(json.loads(body or b"{}"))
    except (ValueError, TypeError):
        return None


def _wrong_with(wanted: dict[str, Any]) -> str:
    """What the carrier refuses an order for; "" where it takes it."""
    ring, detection = wanted.get("ring_timeout", USUAL_RING), wanted.get("machine_detection", "true")
    if not isinstance(ring, int) or not 0 < ring <= 600:
        return "ring_timeout must be a number of seconds"
    return "" if detection in DETECTION else "machine_detection must be true or hangup"


class _Request(BaseHTTPRequestHandler):
    desk: Desk

    def do_GET(self) -> None:
        self._reply(b"")

    def do_POST(self) -> None:
        self._reply(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_DELETE(self) -> None:
        self._reply(b"")

    def _reply(self, body: bytes) -> None:
        status, told = self.desk.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
        said = b"" if status == 204 else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Nothing: the terminal shows the call."""
