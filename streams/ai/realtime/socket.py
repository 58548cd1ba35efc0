"""One socket to OpenAI Realtime: frames are received when asked for, and sent by a task, in order, when they can be."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from streams.ai.briefing import Json
from streams.ai.openai.client import OpenAIClients, told
from streams.ai.provider import ProviderError
from streams.ai.realtime import frames

log = logging.getLogger(__name__)


class SocketBroke(Exception):  # noqa: N818
    """The socket is of no more use. `error` says why, in our words."""

    def __init__(self, error: ProviderError) -> None:
        super().__init__(str(error))
        self.error = error


class RealtimeSocket:
    """`take_audio` gives what the caller said since it was last asked, in the session's format."""

    def __init__(self, clients: OpenAIClients, model: str, take_audio: Callable[[], bytes]) -> None:
        self._clients, self._model, self._take_audio = clients, model, take_audio
        self._stack = AsyncExitStack()
        self._connection: Any = None
        self._sends: deque[Json] = deque()
        self._more = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None

    async def connect(self, safety_id: str = "") -> bool:
        """Open it; always True. Raises `ProviderError`."""
        opening = self._clients.realtime(model=self._model, safety_id=safety_id)
        self._connection = await self._stack.enter_async_context(opening)
        self._sending = asyncio.create_task(self._send_all(), name="OpenAI Realtime: sending")
        return True

    async def receive(self) -> bytes:
        """The next frame. Raises `SocketBroke`. May be cancelled: nothing is lost by it."""
        try:
            frame: bytes = await self._connection.recv_bytes()
        except Exception as error:
            raise SocketBroke(self._in_our_words(error)) from error
        return frame

    def send(self, *events: Json) -> None:
        """Send these, and the caller's audio when there is some."""
        self._sends.extend(events)
        self._more.set()

    async def close(self) -> None:
        """Close it, and end its task."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        with contextlib.suppress(OSError):
            await self._stack.aclose()

    async def _send_all(self) -> None:
        send = self._connection.send_raw
        try:
            while True:
                await self._more.wait()
                self._more.clear()
                while self._sends:
                    await send(frames.encode(self._sends.popleft()).decode())
                audio = self._take_audio()
                if audio:
                    await send(frames.append(audio))
        except Exception as error:
            # Whoever receives learns of a broken socket by itself; of anything else only when it is closed.
            log.info("An OpenAI Realtime socket takes no more: %s.", type(error).__name__)
            await self._connection.close()

    def _in_our_words(self, error: Exception) -> ProviderError:
        try:
            with told(self._clients.account, self._model):
                raise error
        except ProviderError as said:
            return said
