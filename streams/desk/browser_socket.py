"""A socket of somebody's browser at the desk: who may open it and stay, the loop of its messages, and its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from channels.consumer import AsyncConsumer
from django.db import DatabaseError

from streams import handshake
from streams.desk.watchers import Watcher
from streams.limits import Close, FrameLimits

log = logging.getLogger(__name__)

SIGNED_OUT = 4401  # close code: nobody who may do this is signed in any more

Message = Mapping[str, Any]


class BrowserSocket(AsyncConsumer):
    """Opened by a page of this site alone. Messages are taken straight from the server, as `CallConsumer` does.

    Who fulfils it says what comes of them: `_ready` sets up what it needs, `_begin` gives the code to close with, or 0,
    `_hear` takes a text, `_checked` says again and again whether it may stay, `_over` leaves nothing behind.
    """

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Message]], send: Any) -> None:
        """Serve one connection from handshake to close."""
        self._send, self._loop = send, asyncio.get_running_loop()
        self._limits = FrameLimits()
        self._background: set[asyncio.Task[None]] = set()
        self._watcher: Watcher | None = None
        self._cookies, self._closing = "", False
        self._ready()
        try:
            while not self._closing:
                message = await receive()
                match message["type"]:
                    case "websocket.connect":
                        await self._connect(scope)
                    case "websocket.receive":
                        await self._take_text(message.get("text") or "")
                    case "websocket.disconnect":
                        break
        finally:
            await self._gone()

    async def _connect(self, scope: Any) -> None:
        headers = handshake.headers_of(scope)
        self._cookies = headers.get("cookie", "")
        if "origin" not in headers or not handshake.is_ours(headers):
            await self._send({"type": "websocket.close", "code": Close.NO_SUCH_LINE})
            return
        await self._send({"type": "websocket.accept"})
        try:
            code = await self._begin(scope)
        except (DatabaseError, TimeoutError):
            code = Close.OUR_MISTAKE  # what cannot be asked is not shown, and what cannot be kept not heard
        if code:
            await self._close(code)

    async def _take_text(self, text: str) -> None:
        if code := self._limits.admit(len(text), self._loop.time()):
            await self._close(code)
        else:
            await self._hear(text)

    async def _close(self, code: int) -> None:
        if not self._closing:
            self._closing = True
            await self._send({"type": "websocket.close", "code": code})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the messages; it ends with the socket at the latest."""
        task = self._loop.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _keep_checking(self, seconds: float) -> None:
        """Close once who sits there may not see or hear it any more, or nobody can tell. While the database is away
        there is nothing new to be seen."""
        while not self._closing:
            await asyncio.sleep(seconds)
            try:
                code = await self._checked()
            except (DatabaseError, TimeoutError):
                continue
            except Exception:
                log.exception("Whether somebody may stay at the desk could not be found out.")
                code = Close.OUR_MISTAKE
            if code:
                await self._close(code)

    async def _gone(self) -> None:
        self._closing = True  # whoever goes round and round beside the messages looks here
        background = list(self._background)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await self._over()

    # --- what each socket is for ------------------------------------------------------------------------------------

    def _ready(self) -> None:
        """Nothing was said yet."""

    async def _begin(self, scope: Any) -> int:
        raise NotImplementedError

    async def _hear(self, text: str) -> None:
        raise NotImplementedError

    async def _checked(self) -> int:
        raise NotImplementedError

    async def _over(self) -> None:
        """It is closed."""
