"""News of live calls, by the channel layer, to whoever looks on. Never media.

`tell` may be called from the event loop and from any thread; it never blocks and never raises, and costs a frame's turn
next to nothing. News may be lost: a page that missed some asks for the whole again.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)

DESK = "desk"  # the group that hears of every call
JOINED = "joined"
AGAIN_SECONDS = 2.0  # until a layer that was down is asked again
STAY_SECONDS = 60.0  # until a group is joined once more: layers let members go after a day, and forget all in a restart
MOST_WAITING = 2000  # pieces of news that wait to be sent; the oldest give way

News = dict[str, Any]


def group_of(call_pk: int) -> str:
    """The group that hears of this call alone: its process listens here for what the desk asks."""
    return f"desk.call.{call_pk}"


def tell(call_pk: int, kind: str, **what: Any) -> None:
    """Tell every desk something of this call: a consumer in the group `DESK` gets `{"type": "desk.news", "call":
    call_pk, "kind": kind, **what}`. `what` is JSON."""
    _sender.give(DESK, {"type": "desk.news", "call": call_pk, "kind": kind, **what})


def ask(call_pk: int, act: str, **what: Any) -> None:
    """Ask the process that carries this call to do something: its consumer gets `{"type": "desk.ask", "call": call_pk,
    "act": act, **what}`."""
    _sender.give(group_of(call_pk), {"type": "desk.ask", "call": call_pk, "act": act, **what})


def asked(call_pk: int) -> AsyncIterator[News]:
    """What is asked of the process that carries this call."""
    return heard(group_of(call_pk))


async def heard(group: str) -> AsyncIterator[News]:
    """What a group is told, until whoever iterates is cancelled. A layer that is down is tried again: neither a call
    nor a desk ends with it. `{"act": JOINED}` comes first, and after each such gap: what was told before that was not
    heard."""
    layer = get_channel_layer()
    while True:
        try:
            mine = await layer.new_channel()
            await layer.group_add(group, mine)
            staying = asyncio.create_task(_stay(layer, group, mine))
            try:
                yield {"act": JOINED}
                while True:
                    yield await layer.receive(mine)
            finally:
                staying.cancel()
                with suppress(Exception):  # or a layer that is away would keep alive whoever was cancelled
                    await layer.group_discard(group, mine)
        except Exception as error:  # whatever the layer's driver raises
            log.warning("What goes by the channel layer cannot be heard (%s).", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)


async def _stay(layer: Any, group: str, channel: str) -> None:
    """Be a member for as long as it takes."""
    while True:
        await asyncio.sleep(STAY_SECONDS)
        try:
            await layer.group_add(group, channel)
        except Exception as error:  # whatever the layer's driver raises: the next time will do
            log.warning("A group of the channel layer could not be joined again (%s).", type(error).__name__)


def opened() -> None:
    """The server's loop runs: news goes out on it from now on. Called on the loop, any number of times."""
    _sender.be_at(asyncio.get_running_loop())


class Sender:
    """The way out of this process. `home` is the loop that the sockets of this process live on; None where there is
    none, as in a worker."""

    def __init__(self) -> None:
        self.home: asyncio.AbstractEventLoop | None = None
        self._waiting: deque[tuple[str, News]] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()
        self._on_its_way = False
        self._task: asyncio.Task[None] | None = None

    def be_at(self, home: asyncio.AbstractEventLoop) -> None:
        """Send on this loop. What a loop before it was about to send went with it, and nobody waits for that."""
        if home is not self.home:
            with self._lock:
                self.home, self._on_its_way = home, False
            self._waiting.clear()

    def give(self, group: str, news: News) -> None:
        """Have it sent soon."""
        self._waiting.append((group, news))
        home = self.home
        if home is None or home.is_closed():
            self._send_from_here()
            return
        with self._lock:
            if self._on_its_way:
                return
            self._on_its_way = True
        try:
            home.call_soon_threadsafe(self._begin)
        except RuntimeError:  # it was closed this moment
            self._on_its_way = False

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send())

    async def _send(self) -> None:
        layer = get_channel_layer()
        while True:
            while self._waiting:
                group, news = self._waiting.popleft()
                try:
                    await layer.group_send(group, news)
                except Exception as error:  # whatever the layer's driver raises: a call does not wait for a desk
                    log.warning("News for the desk could not be sent (%s).", type(error).__name__)
            with self._lock:
                if not self._waiting:
                    self._on_its_way = False
                    return

    def _send_from_here(self) -> None:
        """From a process without sockets; in memory, nobody else would hear of it."""
        try:
            async_to_sync(self._send)()
        except RuntimeError:  # on a loop that is nobody's home, as a command's
            self._waiting.clear()


_sender = Sender()
