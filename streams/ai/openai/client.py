"""OpenAI's own client, and its errors in our words. The only file that imports the vendor's package.

An `AsyncOpenAI` belongs to one event loop: a connection kept alive in a loop that has ended raises at its next use. So
there is one for each running loop, and one blocking client for workers. Deadlines are ours: the package's default of
ten minutes is of no use on a telephone call.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from json import JSONDecodeError
from ssl import SSLContext
from typing import Any
from urllib.parse import SplitResult, urlsplit

# Some of these are loaded by the package when it first needs them: then all calls would wait for it.
import anyio._backends._asyncio  # noqa: F401
import httpx2
import openai
import openai.lib._websocket
import openai.resources.audio.audio
import openai.resources.realtime.realtime
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from streams.ai.faults import error_for, fault_of_status
from streams.ai.per_loop import PerLoop
from streams.ai.provider import Fault, ProviderError

CONNECT_SECONDS = 2.0
LIVE_SECONDS = 8.0  # for the whole of an answer that a caller waits for
JOB_SECONDS = 60.0  # for what nobody waits for
OPEN_SECONDS = 3.0  # for the handshake of a socket
CLOSE_SECONDS = 0.2  # for its goodbye: while a dead server is waited for, a caller may be
LARGEST_QUEUE = 4 * 1024 * 1024  # bytes that may wait to be sent on one socket

NO_KEY = "no-key"  # servers of one's own want none, the package wants one all the same

# The codes of OpenAI's errors that no further try can mend, and what each means. Anything else may be tried again.
FATAL = {
    "invalid_api_key": Fault.KEY,
    "account_deactivated": Fault.KEY,
    "insufficient_quota": Fault.QUOTA,
    "billing_hard_limit_reached": Fault.QUOTA,
    "model_not_found": Fault.MODEL,
    "invalid_model": Fault.MODEL,
    "missing_model": Fault.MODEL,
    "beta_api_shape_disabled": Fault.REFUSED,
}


@dataclass(frozen=True, slots=True)
class OpenAIAccount:
    """Where and as whom to ask. Addresses end in `/v1`; empty ones are OpenAI's own. `who` names it in sentences."""

    key: str = ""
    base_url: str = ""
    websocket_base_url: str = ""
    who: str = "OpenAI"


@cache
def tls() -> SSLContext:
    """For all live connections of this process.

    To read which certificates are trusted takes 20 ms, and the packages would do it for each client and each socket;
    meanwhile no call of the process would be heard.
    """
    return httpx2.create_ssl_context()


class OpenAIClients:
    """The clients of one account in this process."""

    def __init__(self, account: OpenAIAccount) -> None:
        self.account = account
        self._tls = tls()  # here, where nobody waits for it
        self._clients = PerLoop(self._make, lambda client: client.close())

    def here(self) -> openai.AsyncOpenAI:
        """The client of the running event loop: one try, with the deadlines of a live call. Closed with the loop."""
        return self._clients.here()

    async def close_here(self) -> None:
        """Close the client of the running loop before the loop ends."""
        await self._clients.close_here()

    def _make(self) -> openai.AsyncOpenAI:
        timeout = httpx2.Timeout(LIVE_SECONDS, connect=CONNECT_SECONDS)
        http = openai.DefaultAsyncHttpxClient(timeout=timeout, verify=self._tls)
        return openai.AsyncOpenAI(timeout=timeout, max_retries=0, http_client=http, **self._arguments())

    @cached_property
    def blocking(self) -> openai.OpenAI:
        """The client for workers: long deadlines, and the package's own retries."""
        return openai.OpenAI(timeout=httpx2.Timeout(JOB_SECONDS, connect=CONNECT_SECONDS), **self._arguments())

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What this address answers, read from JSON. What is raised is to be put into `told`.

        Plain values rather than the package's models: those let any shape pass unchecked, and cost time for each word.
        """
        return await self.here().post(path, body=body, cast_to=object)

    async def stream(self, path: str, body: Mapping[str, Any]) -> "openai.AsyncStream[Any]":
        """The same for an answer that comes in pieces. Must be closed, and read to its end to keep the connection."""
        return await self.here().post(path, body=body, cast_to=object, stream=True, stream_cls=openai.AsyncStream[Any])

    def post_blocking(self, path: str, body: Mapping[str, Any]) -> Any:
        """As `post`, for workers."""
        return self.blocking.post(path, body=body, cast_to=object)

    async def speech(self, *, model: str, voice: str, text: str, size: int) -> AsyncIterator[bytes]:
        """A text as 16-bit samples at 24 kHz, in pieces of this size. What is raised is to be put into `told`."""
        arguments: Any = {"model": model, "voice": voice, "input": text, "response_format": "pcm"}
        async with self.here().audio.speech.with_streaming_response.create(**arguments) as response:
            async for piece in response.iter_bytes(size):
                yield piece

    @asynccontextmanager
    async def realtime(self, *, model: str = "", intent: str = "", safety_id: str = "") -> AsyncIterator[Any]:
        """A Realtime socket: for a `model`, or for the intent “transcription”. Raises `ProviderError`.

        Gives the package's connection, of which only `send_raw` (a text) and `recv_bytes` are meant to be used: its
        typed `send` and `recv` cost ten times as much a frame. What they raise is to be put into `told`.
        """
        arguments: dict[str, Any] = {"model": model} if model else {}
        if intent:
            arguments["extra_query"] = {"intent": intent}
        if safety_id:
            arguments["extra_headers"] = {"OpenAI-Safety-Identifier": safety_id}
        options: Any = {"open_timeout": OPEN_SECONDS, "close_timeout": CLOSE_SECONDS}
        if self._is_on_this_machine:
            options["proxy"] = None  # a proxy that the environment names would be asked even for this machine
        if self._is_encrypted:
            options["ssl"] = self._tls
        manager = self.here().realtime.connect(
            **arguments, websocket_connection_options=options, max_queue_size=LARGEST_QUEUE
        )
        with told(self.account, model):
            connection = await manager.enter()
        try:
            yield connection
        finally:
            await connection.close()

    @property
    def _is_on_this_machine(self) -> bool:
        return self._socket_address.hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def _is_encrypted(self) -> bool:
        return self._socket_address.scheme not in ("http", "ws")

    @property
    def _socket_address(self) -> SplitResult:
        return urlsplit(self.account.websocket_base_url or self.account.base_url)

    def _arguments(self) -> dict[str, Any]:
        given = {"base_url": self.account.base_url, "websocket_base_url": self.account.websocket_base_url}
        return {"api_key": self.account.key or NO_KEY, **{name: url for name, url in given.items() if url}}


@contextmanager
def told(account: OpenAIAccount, model: str = "") -> Iterator[None]:
    """Whatever the package, its sockets or its HTTP client raise within becomes a `ProviderError`."""
    try:
        yield
    except ProviderError:
        raise
    except (OSError, WebSocketException, openai.OpenAIError, httpx2.HTTPError, JSONDecodeError) as error:
        raise provider_error(account, *_fault_and_code(error), model=model) from error


def provider_error(account: OpenAIAccount, fault: Fault, code: str = "", *, model: str = "") -> ProviderError:
    """The error for this fault, with a sentence for operations."""
    return error_for(fault, who=account.who, key="OPENAI_API_KEY", code=code, model=model)


def fault_of(code: str | None, status: int | None = None) -> Fault:
    """What an error's code, or the HTTP status without one, means."""
    if code in FATAL:
        return FATAL[code]
    if code and "rate_limit" in code:
        return Fault.BUSY
    return fault_of_status(status)


def _fault_and_code(error: Exception) -> tuple[Fault, str]:
    match error:
        case openai.APITimeoutError() | TimeoutError():
            return Fault.SLOW, ""
        case openai.APIStatusError():
            return fault_of(error.code, error.status_code), error.code or str(error.status_code)
        case InvalidStatus():
            return fault_of(None, error.response.status_code), str(error.response.status_code)
        case ConnectionClosed():
            reason = error.rcvd.reason if error.rcvd else ""
            code = reason.rpartition(".")[2]  # a close's reason is “type.code”
            return (fault_of(code), code) if code in FATAL else (Fault.UNREACHABLE, "")
        case openai.APIConnectionError() | OSError() | WebSocketException() | httpx2.HTTPError():
            return Fault.UNREACHABLE, ""
        case openai.APIError():  # told in the middle of an answer
            return fault_of(error.code), error.code or ""
        case JSONDecodeError():
            return Fault.BROKE, "no JSON"
    return Fault.REFUSED, ""
