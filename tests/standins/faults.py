"""What can go wrong with an HTTP request to a vendor, as data: a stand-in does it when it is told to."""

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from math import inf

from aiohttp import web

NEVER = inf
TOLD = "This is what the stand-in was told to say."


@dataclass(frozen=True)
class Fault:
    """One failure. `path` is the end of the addresses that it concerns; pieces are those of a streamed answer."""

    status: int = 0
    code: str = ""
    retry_after: str = ""
    first_after: float = 0.0  # seconds before the first byte; NEVER
    stalls_after: int | None = None  # pieces; then nothing more comes, and the connection stays
    drops_after: int | None = None  # pieces; then the connection is gone
    fails_after: int | None = None  # pieces; then the vendor says that it failed, with `code`
    body: str | None = None  # comes in place of the answer
    path: str = ""


# Every way in which a request can fail, by what people call it.
FAULTS = {
    "wrong key": Fault(status=401, code="invalid_api_key"),
    "key without rights": Fault(status=403, code="unsupported_country_region_territory"),
    "unknown model": Fault(status=404, code="model_not_found"),
    "bad request": Fault(status=400, code="unknown_parameter"),
    "too many requests": Fault(status=429, code="rate_limit_exceeded"),
    "too many requests for a while": Fault(status=429, code="rate_limit_exceeded", retry_after="0.01"),
    "no credit": Fault(status=429, code="insufficient_quota"),
    "server error": Fault(status=500, code="server_error"),
    "overloaded": Fault(status=503),
    "never answers": Fault(first_after=NEVER),
    "stalls": Fault(stalls_after=2),
    "drops": Fault(drops_after=2),
    "drops at once": Fault(drops_after=0),
    "fails on its way": Fault(fails_after=2, code="server_error"),
    "no JSON": Fault(body="<html>Bad gateway</html>"),
    "broken JSON": Fault(body='{"id": "resp_1", "output": ['),
    "another form": Fault(body='{"id": 7, "output": {"text": []}, "choices": "none", "type": ["?"]}'),
    "null": Fault(body="null"),
}


async def before(fault: Fault, request: web.Request) -> web.Response | None:
    """What is answered in place of an answer; None when the answer goes on as usual."""
    if fault.first_after == NEVER:
        await gone(request)
        return web.Response(status=499)  # to nobody
    await asyncio.sleep(fault.first_after)
    if fault.status:
        return refusal(fault.status, fault.code, retry_after=fault.retry_after)
    if fault.body is not None:
        return web.Response(text=fault.body, content_type="application/json")
    return None


def refusal(status: int, code: str, message: str = TOLD, retry_after: str = "") -> web.Response:
    """An error as OpenAI words it."""
    kind = {400: "invalid_request_error", 401: "invalid_request_error", 429: "requests"}.get(status, "server_error")
    body = {"error": {"message": message, "type": kind, "param": None, "code": code or None}}
    headers = {"x-request-id": "req_standin", **({"retry-after": retry_after} if retry_after else {})}
    return web.json_response(body, status=status, headers=headers)


async def stream(
    request: web.Request, fault: Fault, pieces: AsyncIterable[bytes], content_type: str, failure: bytes = b""
) -> web.StreamResponse:
    """An answer in pieces, as far as the fault lets it come."""
    if fault.body is not None:
        pieces, content_type = _only(f"data: {fault.body}\n\n".encode()), "text/event-stream"
    answer = web.StreamResponse(headers={"content-type": content_type, "x-request-id": "req_standin"})
    count = 0
    try:
        await answer.prepare(request)
        async for piece in pieces:
            if count == fault.stalls_after:
                await gone(request)
            if count == fault.drops_after:
                hang_up(request)
                return answer
            if count == fault.fails_after:
                await answer.write(failure)
                break
            await answer.write(piece)
            count += 1
    except ConnectionError:
        pass  # whoever asked has left
    return answer


def hang_up(request: web.Request) -> None:
    """Drop the connection without a goodbye, unless the other side was quicker."""
    if request.transport is not None:
        request.transport.abort()


async def gone(request: web.Request) -> None:
    """Wait until whoever asked has left."""
    while request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110 it tells nobody
        await asyncio.sleep(0.005)


async def _only(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


def event(frame: dict[str, object], *, named: bool = True) -> bytes:
    """One server-sent event."""
    name = f"event: {frame['type']}\n" if named else ""
    return f"{name}data: {json.dumps(frame)}\n\n".encode()
