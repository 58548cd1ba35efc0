"""The socket on which a supervisor's browser hears a call: both tracks, as they sound in this very process.

To the browser, bytes: the track (0 the caller, 1 the line or whoever talks with the caller), then mu-law at 8 kHz; of
the line nothing behind the track means that what was sent and is not heard yet never will be. From it, `{"seen": n}`:
so many messages were played or thrown away. Who listens is kept before the first sound (`audit`).
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from streams.desk import audit, hearing, watchers
from streams.desk.browser_socket import SIGNED_OUT, BrowserSocket
from streams.desk.watchers import LISTEN
from streams.desk.window import Window
from streams.limits import Close
from streams.models import Call
from streams.off_loop import query

log = logging.getLogger(__name__)

ELSEWHERE = 4421  # close code: another process carries this call; its path stands in the call's row
OVER = 4410  # close code: the call is over
TRACKS = {hearing.INBOUND: b"\x00", hearing.OUTBOUND: b"\x01"}
MOST_ON_THEIR_WAY = 400  # messages; some five seconds of both tracks
CHECK_EVERY = 10.0  # seconds


class EarConsumer(BrowserSocket):
    """One browser that listens to one call."""

    def _ready(self) -> None:
        self._window = Window(MOST_ON_THEIR_WAY)
        self._sounds: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._detach: Callable[[], None] | None = None
        self._call: Call | None = None

    async def _begin(self, scope: Any) -> int:
        call_pk = scope["url_route"]["kwargs"]["call_pk"]
        if code := await query(self._keep, call_pk):
            return code
        self._began = self._loop.time()
        self._detach = hearing.attach(call_pk, self._sounds_now)
        for work in (self._pump(), self._keep_checking(CHECK_EVERY)):
            self._spawn(work)
        return 0

    def _keep(self, call_pk: int) -> int:
        """Keep that this person listens; or the code to close with. Sync."""
        watcher = watchers.signed_in(self._cookies, LISTEN)
        if watcher is None:
            log.warning("Somebody without the permission asked to listen to a call.")
            return SIGNED_OUT
        call = Call.objects.filter(pk=call_pk).first()
        if call is None or call.ended_at is not None:
            return OVER
        if call.process != settings.PROCESS_PATH:
            return ELSEWHERE
        audit.note(watcher.user, call, audit.LISTENS)
        self._watcher, self._call = watcher, call
        return 0

    def _sounds_now(self, track: str, audio: bytes) -> None:
        """Plain and quick: it runs for every frame. A browser that is behind misses sound, and nothing waits for it."""
        if self._window.next() is not None:
            self._sounds.append(TRACKS.get(track, b"\x01") + audio)
            self._wake.set()

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._sounds:
                await self._send({"type": "websocket.send", "bytes": self._sounds.popleft()})

    async def _hear(self, text: str) -> None:
        try:
            self._window.saw(json.loads(text)["seen"])
        except (ValueError, KeyError, TypeError):
            await self._close(Close.TOO_MANY_UNUSABLE)

    async def _checked(self) -> int:
        return await query(self._still)

    def _still(self) -> int:
        """0 while this person may listen and the call goes on; else the code to close with. Sync."""
        if watchers.signed_in(self._cookies, LISTEN) is None:
            return SIGNED_OUT
        call = Call.objects.filter(pk=self._call.pk if self._call else 0).only("ended_at", "process").first()
        if call is None or call.ended_at is not None:
            return OVER
        return 0 if call.process == settings.PROCESS_PATH else ELSEWHERE

    async def _over(self) -> None:
        if self._detach is not None:
            self._detach()
        if self._call is None or self._watcher is None:
            return
        seconds = round(self._loop.time() - self._began)
        try:
            await query(partial(audit.note, self._watcher.user, self._call, audit.LISTENED, seconds=seconds))
        except (DatabaseError, TimeoutError):
            log.warning("That somebody stopped listening could not be kept.")
