"""The socket of one session: what goes out keeps its order, and what is done beside ends with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from aiohttp import WSMessage, web

from tests.standins.faults import hang_up
from tests.standins.openai_realtime.faults import ABORT

Work = Coroutine[Any, Any, Any]


class Line:
    """Sends from any thread without waiting; one task writes it out."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket, self._request = socket, request
        self._outgoing: asyncio.Queue[str | Callable[[], Work]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._broken: BaseException | None = None

    def put(self, text: str) -> None:
        """Send this after what was sent before."""
        self._queue(text)

    def drop(self, code: int, reason: str = "") -> None:
        """Then close the socket; or tear the connection."""
        self._queue(self._tear if code == ABORT else lambda: self._socket.close(code=code, message=reason.encode()))

    def start(self, work: Work) -> "asyncio.Task[Any]":
        """Do something beside; an error in it closes the socket, and is raised at the end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Call this then, unless the session is over."""
        self._timers.append(self._loop.call_later(seconds, call))

    async def messages(self) -> AsyncIterator[WSMessage]:
        """What comes, until either end closes."""
        writing = self.start(self._write())
        try:
            async for message in self._socket:
                yield message
        finally:
            writing.cancel()
            for one in (*self._tasks, *self._timers):
                one.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._broken:
            raise self._broken

    async def _write(self) -> None:
        while True:
            out = await self._outgoing.get()
            with contextlib.suppress(ConnectionError):  # the client is gone
                await (self._socket.send_str(out) if isinstance(out, str) else out())

    async def _tear(self) -> None:
        hang_up(self._request)

    def _queue(self, out: str | Callable[[], Work]) -> None:
        self._loop.call_soon_threadsafe(self._outgoing.put_nowait, out)

    def _finished(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            self._broken = self._broken or task.exception()
            self.drop(1011, "The stand-in broke.")
