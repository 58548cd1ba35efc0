"""The carrier's side of calls that the site makes: takes orders, and lets each callee do what a test says."""

import itertools
import json
import re
from urllib.parse import urlsplit

import httpx2

from streams.carriers import plivo_api
from tests.streams.carriers.plivo_side import Plivo, document

ACCOUNT = "MAXXXXXXXXXXXXXXXXXX"


class OutboundPlivo:
    """`orders` are the calls placed, in order. `trouble` is what happens instead of an answer: an exception or a
    response; with `places`, the call is placed all the same. `rings`: nobody has picked up, so an order can be
    cancelled."""

    def __init__(self, client):
        self.door, self.orders, self.trouble, self.places = Plivo(client), [], None, False
        self.live, self.records, self.hung_up = [], [], []
        self.rings, self.cancelled = True, []
        self._numbers = itertools.count(1)

    def account(self, auth_id, token):
        """In place of the account: every request comes here."""
        return plivo_api.Account(auth_id, token, transport=httpx2.MockTransport(self._handle))

    def _handle(self, request):
        if request.method == "DELETE" and (order := re.search(r"/Request/(.+)/$", request.url.path)):
            self.cancelled.append(order[1])
            if isinstance(self.trouble, Exception):
                raise self.trouble
            return httpx2.Response(204 if self.rings else 404)
        if request.method == "DELETE":
            self.hung_up.append(re.search(r"/Call/(.+)/$", request.url.path)[1])
            return httpx2.Response(204)
        if request.method == "POST":
            return self._order(json.loads(request.content))
        if isinstance(self.trouble, Exception):
            raise self.trouble
        asked = dict(request.url.params)
        if found := re.search(r"/Call/(.+)/$", request.url.path):
            return httpx2.Response(200, json=next(call for call in self.live if call["call_uuid"] == found[1]))
        if "status" in asked:
            uuids = [call["call_uuid"] for call in self.live] if asked["status"] == "live" else []
            return httpx2.Response(200, json={"calls": uuids})
        return httpx2.Response(200, json={"objects": [r for r in self.records if r["to_number"] == asked["to_number"]]})

    def _order(self, wanted):
        name = f"outbound-{next(self._numbers)}"
        if self.trouble is None or self.places:
            self.orders.append({**wanted, "uuid": name})
        if isinstance(self.trouble, Exception):
            raise self.trouble
        return self.trouble or httpx2.Response(201, json={"message": "call fired", "request_uuid": name})

    # --- what the callee does ----------------------------------------------------------------------------------------

    def tells(self, url, status="in-progress", **more):
        """A webhook about the latest call; the whole response."""
        order = self.orders[-1]
        form = {"CallUUID": order["uuid"], "RequestUUID": order["uuid"], "Direction": "outbound", "CallStatus": status}
        return self.door.post(urlsplit(url).path, {**form, "From": order["from"], "To": order["to"], **more})

    def picks_up(self):
        """The document that the callee hears."""
        return document(self.tells(self.orders[-1]["answer_url"], Event="StartApp"))

    def presses(self, key):
        """The document after a key."""
        asked = self.picks_up()["GetDigits"].get("action")
        return document(self.tells(asked, Event="GetDigits", Digits=key))

    def puts_through(self, result):
        """The callee presses 1, and this becomes of the call to the destination."""
        dial = self.presses("1")["Dial"].get("action")
        return document(self.tells(dial, DialStatus=result, Event="Dial"))

    def ends(self, status="completed"):
        """The call is over."""
        assert self.tells(self.orders[-1]["hangup_url"], status, Event="Hangup", Duration="12").status_code == 200
