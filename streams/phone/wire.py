"""One WebSocket to the site: JSON frames go out in order, without anyone waiting for them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from streams.phone import way
from streams.phone.record import Record

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 1.0  # a site that does not even read is not waited for
GONE = 1006  # what the library calls a connection that ended without a close frame


class NotConnected(Exception):
    """The site did not accept the socket."""


class Wire:
    """An open socket. What was sent stands in `record.sent` in the order it left."""

    def __init__(self, socket: ClientConnection, record: Record) -> None:
        self._socket, self._record = socket, record
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sending = asyncio.create_task(self._keep_sending())

    @classmethod
    async def open(cls, url: str, headers: Mapping[str, str], record: Record, connects_to: str = "") -> "Wire":
        """Connect. Raises `NotConnected` when it is refused or takes too long."""
        meant, where = way.to_socket(url, connects_to)
        try:
            socket = await connect(
                meant,
                **where,
                additional_headers=headers,
                open_timeout=CONNECT_SECONDS,
                close_timeout=CLOSE_SECONDS,
                compression=None,
                ping_interval=None,  # whether the carrier pings is not known
                max_size=None,  # what is too long must be seen, to be called so
                proxy=None,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
            raise NotConnected(str(error) or type(error).__name__) from error
        return cls(socket, record)

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame after those before it."""
        self._outbox.put_nowait(frame)

    async def closed(self) -> None:
        """Wait for the end without reading what comes before it."""
        try:
            await self._socket.wait_closed()
        finally:
            self._sending.cancel()

    async def messages(self) -> AsyncIterator[str | bytes]:
        """What the site sends, until the socket is closed by either side."""
        try:
            async for message in self._socket:
                yield message
        except ConnectionClosed:
            pass
        finally:
            self._sending.cancel()

    @property
    def close_code(self) -> int | None:
        """The code of the site's close frame; None when the connection was simply gone."""
        code = self._socket.close_code
        return None if code == GONE else code

    async def close(self, *, abort: bool = False) -> None:
        """Send what is still to be sent, then close with 1000, or break off without a close frame."""
        self._sending.cancel()
        try:
            while not self._outbox.empty():
                await self._transmit(self._outbox.get_nowait())
        except ConnectionClosed:
            return
        if abort:
            self.cut()
        else:
            await self._socket.close(1000)

    def cut(self) -> None:
        """Break off at once."""
        self._socket.transport.abort()

    async def _keep_sending(self) -> None:
        try:
            while True:
                await self._transmit(await self._outbox.get())
        except ConnectionClosed:
            pass

    async def _transmit(self, frame: dict[str, Any]) -> None:
        self._record.sent.append(frame)
        await self._socket.send(json.dumps(frame))
