"""Asking an address on the internet while a caller waits: one request, to a place that was approved, bounded in all.
Telling one something (`post`) keeps to the same bounds.

Allowed are https on its usual port, and names whose every address is a public one. The name is resolved once, each
address checked, and the connection made to that very address (with the name for TLS), so that a name which leads
elsewhere a moment later gains nothing. No redirects, no proxies or credentials from the environment, no cookies, no
compression, JSON only. OWASP's sheet on server-side request forgery says why.
"""

import asyncio
import ipaddress
import json
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from functools import cache
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

import httpx2

from flows import web_addresses
from flows.engine.events import value

SECONDS = 5.0  # in all, whatever the row says
MOST_BYTES = 256 * 1024
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Callwright"}
# Ranges that carry an IPv4 address within them, which may be a private one.
TUNNELS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]

Resolve = Callable[[str, int], Awaitable[list[str]]]


class EgressError(Exception):
    """It was not asked, or gave no usable answer. The message is a sentence for whoever set it up; it holds no secret.

    `denied`: it was refused here, before anything was sent.
    """

    def __init__(self, sentence: str, *, denied: bool = False) -> None:
        super().__init__(sentence)
        self.denied = denied


class NothingThere(EgressError):
    """It was asked, and answered that it has nothing of the kind (HTTP 404)."""


@value
class Request:
    """One request. `fields` go into the address (GET) or the body (POST); `secret` is a header and what it holds."""

    address: str
    method: str = "GET"
    fields: Mapping[str, str] = field(default_factory=dict)
    secret: tuple[str, str] | None = None
    seconds: float = SECONDS


async def resolve(host: str, port: int) -> list[str]:
    """Every address of this name, from the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in found]


async def fetch(
    request: Request,
    *,
    this_machine: bool = False,
    resolve: Resolve = resolve,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Any:
    """The answer's JSON. Raises `EgressError`, within five seconds."""
    try:
        async with asyncio.timeout(min(request.seconds, SECONDS)):
            return await _fetch(request, this_machine, resolve, transport)
    except TimeoutError as error:
        raise EgressError("It did not answer in time.") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise EgressError(f"It could not be reached ({type(error).__name__}).") from error


async def post(
    address: str,
    body: bytes,
    headers: dict[str, str],
    *,
    this_machine: bool = False,
    resolve: Resolve = resolve,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> int:
    """Send these bytes; returns the status of an answer that takes them. Raises `EgressError`, within five seconds.

    What is answered beside the status is not read.
    """
    try:
        async with asyncio.timeout(SECONDS):
            pinned, own, tls = await _where(address, this_machine, resolve)
            sent = own | headers
            async with (
                await _client(transport) as client,
                client.stream("POST", urlunsplit(pinned), headers=sent, extensions=tls, content=body) as answer,
            ):
                _check(answer)
                return answer.status_code
    except TimeoutError as error:
        raise EgressError("It did not answer in time.") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise EgressError(f"It could not be reached ({type(error).__name__}).") from error


async def _fetch(
    request: Request, this_machine: bool, resolve: Resolve, transport: httpx2.AsyncBaseTransport | None
) -> Any:
    pinned, headers, tls = await _where(request.address, this_machine, resolve)
    body: Mapping[str, str] | None = request.fields
    if request.method == "GET":
        query = urlencode([*parse_qsl(pinned.query, keep_blank_values=True), *request.fields.items()])
        pinned, body = pinned._replace(query=query), None
    if request.secret:
        headers[request.secret[0]] = request.secret[1]
    async with (
        await _client(transport) as client,
        client.stream(request.method, urlunsplit(pinned), headers=headers, extensions=tls, json=body) as answer,
    ):
        return await _read(answer)


async def _where(
    address: str, this_machine: bool, resolve: Resolve
) -> tuple[SplitResult, dict[str, str], dict[str, str]]:
    """Where to connect to, the headers of every request there, and whom TLS must find. Raises `EgressError`."""
    problem = web_addresses.why_not(address, this_machine=this_machine)
    if problem:
        raise EgressError(problem, denied=True)
    parts = urlsplit(address)
    host, port = (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)
    found = await _pinned(host, port, resolve, loopback=parts.scheme == "http")
    pinned = parts._replace(netloc=f"{f'[{found}]' if ':' in found else found}:{port}", fragment="")
    return pinned, {**HEADERS, "Host": host if parts.port is None else f"{host}:{port}"}, {"sni_hostname": host}


async def _client(transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    """A client for one request: nothing from the environment, no redirects."""
    return httpx2.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=SECONDS,
        transport=transport,
        verify=await asyncio.to_thread(_tls),
        limits=httpx2.Limits(max_connections=1, max_keepalive_connections=0),
    )


@cache
def _tls() -> ssl.SSLContext:
    """Whom to believe, read once and off the loop: it takes longer than a frame of audio."""
    return httpx2.create_ssl_context(trust_env=False)


async def _pinned(host: str, port: int, resolve: Resolve, *, loopback: bool) -> str:
    """The one address that is asked. Raises `EgressError` when any of the name's addresses is not a public one."""
    found = await resolve(host, port)
    if not found:
        raise EgressError("Its name is not known.", denied=True)
    if not all(_is_allowed(address, loopback=loopback) for address in found):
        raise EgressError("Its name leads into a private network, which is not asked.", denied=True)
    return found[0]


def _is_allowed(text: str, *, loopback: bool) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    if loopback:
        return address.is_loopback
    tunnelled = address.version == 6 and any(address in net for net in TUNNELS)
    return address.is_global and not address.is_multicast and not address.is_reserved and not tunnelled


def _check(answer: httpx2.Response) -> None:
    if answer.is_redirect:
        raise EgressError("It sends on to another address; write that address instead.")
    if not answer.is_success:
        raise EgressError(f"It answered with an error (HTTP {answer.status_code}).")


async def _read(answer: httpx2.Response) -> Any:
    """The body as JSON, read only as far as it may be long."""
    if answer.status_code == httpx2.codes.NOT_FOUND:
        raise NothingThere("It answered that it has nothing for this (HTTP 404), so nothing is found.")
    _check(answer)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise EgressError("Its answer is not JSON.")
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise EgressError("Its answer is compressed, although that was not asked for.")
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise EgressError("Its answer is too long.")
    try:
        return await asyncio.to_thread(json.loads, bytes(body))  # off the loop that carries calls
    except (ValueError, RecursionError) as error:
        raise EgressError("Its answer is not JSON.") from error
