"""Plivo's account: who may speak for it (signatures), and its REST interface for setting it up.

REST requests are single posts of our own: the SDK sends a request that failed late up to three times, and when it
updates an application resets what it was not given.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from plivo.utils import signature_v3

from flows.web_addresses import why_not
from streams.carriers.plivo_signature import Fields, is_signed

PLIVO = "https://api.plivo.com"
SECONDS = 15.0
PAGE = 20  # the most that one listing gives

V3, MAIN_V3, NONCE = "x-plivo-signature-v3", "x-plivo-signature-ma-v3", "x-plivo-signature-v3-nonce"
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "via")

Headers = Mapping[str, str]  # names in lower case


def request_ok(method: str, path: str, form: Fields, headers: Headers) -> bool:
    """True when the carrier signed this request. `path` includes the query, and is as it was called."""
    return _signed(method, settings.PUBLIC_URL + path, form, headers)


def upgrade_ok(path: str, headers: Headers) -> bool:
    """True when the carrier signed this WebSocket handshake.

    It signs the `http://` form of the stream's address; `https://` and `wss://` of the same public host were seen in
    its own tools, so any of the three is taken.
    """
    public = urlsplit(settings.PUBLIC_URL)
    here = f"://{public.netloc}{public.path}{path}"
    return any(_signed("GET", scheme + here, {}, headers) for scheme in ("http", "https", "wss"))


def unsigned_ok(address: str, headers: Headers) -> bool:
    """True for a request of the carrier's own developer tools, which do not sign, on this very machine.

    Only on a development site without a token, only straight from a loopback address, and only when no signature is
    even tried.
    """
    if not settings.ACCEPT_UNSIGNED_FROM_LOOPBACK or any(name in headers for name in FORWARDED):
        return False
    if any(name.startswith("x-plivo-signature") for name in headers):
        return False
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(caller, "ipv4_mapped", None) or caller).is_loopback


def sign_as_the_sdk(method: str, url: str, form: Mapping[str, str], nonce: str, token: str) -> str:
    """A signature made by the SDK's own functions, for whoever plays the carrier's side against ours."""
    if method == "GET":
        signed = signature_v3.construct_get_url(url, dict(form))
    else:
        signed = signature_v3.construct_post_url(url, dict(form))
    # as text: the SDK would read bytes as Latin-1
    return str(signature_v3.get_signature_v3(token.encode(), signed.decode(), nonce).decode())


def _signed(method: str, url: str, form: Fields, headers: Headers) -> bool:
    return is_signed(
        method,
        url,
        form,
        nonce=headers.get(NONCE, ""),
        signatures=[headers[name] for name in (V3, MAIN_V3) if name in headers],
        tokens=[settings.PLIVO_AUTH_TOKEN, *settings.PLIVO_OLD_AUTH_TOKENS],
    )


def sign_v3(method: str, url: str, form: Mapping[str, str], nonce: str, token: str) -> str:
    """A V3 signature made by the SDK: the built-in phone signs with it, so that our own check meets another hand."""
    if method.upper() == "GET":
        signed = signature_v3.construct_get_url(url, dict(form))
    else:
        signed = signature_v3.construct_post_url(url, dict(form))
    made: bytes = signature_v3.get_signature_v3(token, signed.decode(), nonce)
    return made.decode()


class PlivoSaidNo(Exception):
    """A request to the account failed. The message is one sentence that says what to do; `status` 0: no answer.

    `surely_undone`: Plivo did nothing. A request that was sent and not answered, or answered late with its own trouble,
    may have been carried out all the same. `may_work_later`: asking again is worth it.
    """

    def __init__(self, sentence: str, status: int = 0, *, surely_undone: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.surely_undone = surely_undone or 400 <= status < 500
        self.may_work_later = status in (0, 429) or status >= 500


class Account:
    """Plivo's REST interface for one account, one HTTP request a call. Close it, or use it in a `with`.

    `PLIVO_API_URL`, or `home`, leads it to the built-in phone. Raises `PlivoSaidNo` for an unsafe one.
    """

    def __init__(
        self, auth_id: str, token: str, *, home: str = "", transport: httpx2.BaseTransport | None = None
    ) -> None:
        home = home or settings.PLIVO_API_URL or PLIVO
        if problem := why_not(home, this_machine=True):  # the token goes there
            raise PlivoSaidNo(f"PLIVO_API_URL cannot be used. {problem}", surely_undone=True)
        self._client = httpx2.Client(
            base_url=f"{home}/v1/Account/{auth_id}/", auth=(auth_id, token), timeout=SECONDS, transport=transport
        )

    def __enter__(self) -> "Account":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def applications(self) -> Iterator[dict[str, Any]]:
        """Every application of the account."""
        offset = 0
        while True:
            page = self._ask("GET", "Application/", params={"limit": PAGE, "offset": offset}).get("objects") or []
            yield from page
            offset += PAGE
            if len(page) < PAGE:
                return

    def create_application(self, values: Mapping[str, Any]) -> str:
        """Create an application; returns its id."""
        return str(self._ask("POST", "Application/", json=dict(values)).get("app_id", ""))

    def update_application(self, app_id: str, values: Mapping[str, Any]) -> None:
        """Set these values; ones that are not given may fall back to defaults, so give them all."""
        self._ask("POST", f"Application/{app_id}/", json=dict(values))

    def application_of(self, number: str) -> str:
        """The id of the application that answers this E.164 number, "" for none. Raises status 404 if not ours."""
        found = self._ask("GET", f"Number/{number.lstrip('+')}/").get("application") or ""
        return str(found).rstrip("/").rpartition("/")[2]

    def point(self, number: str, app_id: str) -> None:
        """Let this application answer the number."""
        self._ask("POST", f"Number/{number.lstrip('+')}/", json={"app_id": app_id})

    def send_text(self, ours: str, theirs: str, text: str) -> str:
        """Send a text message (SMS) between two E.164 numbers, with one request; returns Plivo's name for it."""
        values = {"src": ours.lstrip("+"), "dst": theirs.lstrip("+"), "text": text, "type": "sms"}
        names = self._ask("POST", "Message/", json=values).get("message_uuid") or [""]
        return str(names[0] if isinstance(names, list) else names)

    def make_call(
        self, ours: str, theirs: str, *, answer_url: str, hangup_url: str, ring_seconds: int, machine_url: str = ""
    ) -> str:
        """Call between two E.164 numbers, with one request; returns Plivo's name for the order.

        No key makes a second order the same one: after a failure that is not `surely_undone`, ask about it first.
        `machine_url` is told when an answering machine picked up, while the call goes on.
        """
        values = {
            "from": ours.lstrip("+"),
            "to": theirs.lstrip("+"),
            "answer_url": answer_url,
            "answer_method": "POST",
            "fallback_url": answer_url,
            "fallback_method": "POST",
            "hangup_url": hangup_url,
            "hangup_method": "POST",
            "ring_timeout": ring_seconds,
        }
        if machine_url:
            values |= {"machine_detection": "true", "machine_detection_url": machine_url}
            values |= {"machine_detection_method": "POST"}
        return str(self._ask("POST", "Call/", json=values).get("request_uuid") or "")

    def transfer(self, call_uuid: str, url: str) -> None:
        """Have a live call go on with the document at `url`, whatever it is at, with one request."""
        self._ask("POST", f"Call/{call_uuid}/", json={"legs": "aleg", "aleg_url": url, "aleg_method": "POST"})

    def start_stream(self, call_uuid: str, url: str, *, status_url: str, max_seconds: int) -> str:
        """Begin a stream that only listens, to both sides of a live call, with one request; returns its name."""
        values = {
            "service_url": url,
            "bidirectional": False,
            "audio_track": "both",
            "content_type": "audio/x-mulaw;rate=8000",
            "stream_timeout": max_seconds,
            "status_callback_url": status_url,
            "status_callback_method": "POST",
        }
        return str(self._ask("POST", f"Call/{call_uuid}/Stream/", json=values).get("stream_id") or "")

    def stop_stream(self, call_uuid: str, stream_id: str) -> None:
        """End one stream of a live call; one that is over is left alone."""
        self._end(f"Call/{call_uuid}/Stream/{stream_id}/")

    def hang_up(self, call_uuid: str) -> None:
        """End a call that is on the line. One that is over is left alone."""
        self._end(f"Call/{call_uuid}/")

    def cancel_call(self, request_uuid: str) -> bool:
        """Hang up a call that was ordered and nobody has picked up yet; False where that cannot be done any more."""
        return self._end(f"Request/{request_uuid}/")

    def under_way(self) -> dict[str, str]:
        """Plivo's names of the calls that are queued, ring or are spoken on, and in which list each stands."""
        return {
            str(uuid): status
            for status in ("queued", "live")
            for uuid in self._ask("GET", "Call/", params={"status": status}).get("calls") or []
        }

    def goes_to(self, call_uuid: str, status: str) -> str:
        """The number that a call under way goes to, without its plus; "" when it is over by now."""
        try:
            return str(self._ask("GET", f"Call/{call_uuid}/", params={"status": status}).get("to", "")).lstrip("+")
        except PlivoSaidNo as error:
            if error.status == 404:
                return ""
            raise

    def records_to(self, theirs: str, *, since: datetime) -> list[dict[str, Any]]:
        """The records of calls to this E.164 number that ended since then, the latest first; at most one page."""
        asked = {
            "call_direction": "outbound",
            "to_number": theirs.lstrip("+"),
            "end_time__gte": f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
            "limit": PAGE,
        }
        return list(self._ask("GET", "Call/", params=asked).get("objects") or [])

    def get(self, path: str, asked: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What stands at this path of the account; {} when the answer is no object."""
        return self._ask("GET", path, params=dict(asked or {}))

    def _end(self, path: str) -> bool:
        try:
            self._ask("DELETE", path)
        except PlivoSaidNo as error:
            if error.status != 404:
                raise
            return False
        return True

    def _ask(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, **more)
            if answer.is_success:
                found = answer.json() if answer.content else {}
                return found if isinstance(found, dict) else {}
        except (httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.PoolTimeout, httpx2.InvalidURL) as error:
            raise PlivoSaidNo(UNREACHABLE, surely_undone=True) from error
        except httpx2.TimeoutException as error:
            sentence = "Plivo did not answer in time; run this again, it goes on where it stopped."
            raise PlivoSaidNo(sentence) from error
        except httpx2.RequestError as error:
            raise PlivoSaidNo(UNREACHABLE) from error
        except ValueError as error:
            raise PlivoSaidNo(
                "Plivo's answer was not JSON; look for a proxy between this machine and api.plivo.com."
            ) from error
        raise PlivoSaidNo(_sentence(answer), answer.status_code)


UNREACHABLE = "Plivo cannot be reached from here; check the network and run this again."
SENTENCES = {
    401: "Plivo does not know this PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN; copy both from the overview of its console.",
    403: "Plivo does not allow this account to do that; use the main account's PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN.",
    404: "Plivo has no such thing in this account; check PLIVO_AUTH_ID.",
    429: "Plivo was asked too often; wait a few seconds and run this again.",
}


def _sentence(answer: httpx2.Response) -> str:
    if answer.status_code >= 500:
        return f"Plivo has trouble of its own (HTTP {answer.status_code}); run this again later."
    if answer.status_code in SENTENCES:
        return SENTENCES[answer.status_code]
    try:
        told = str(answer.json().get("error", ""))[:200].rstrip(".")
    except (ValueError, AttributeError):
        told = ""
    return f"Plivo refused this (HTTP {answer.status_code}){f': {told}' if told else ''}."
