"""The desk's socket in a browser: the calls on the line, and one of them told line by line.

To the browser, JSON with a number `n` that it answers with `{"seen": n}`: `whole` and `calls` (rows of `live.Live`),
`switched`, `opened` and `said` (the story of `opened.Opened`), `interim`, `trouble`, `act_done`, `act_failed`, `pong`.
From it: `{"open": PK or null}`, `{"do": ACT, "call": PK, …}`, `{"ping": 1}`.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from streams.desk import news, opened, telling, watchers
from streams.desk.acting import DONE, FAILED, Acting
from streams.desk.board import Board
from streams.desk.browser_socket import SIGNED_OUT, BrowserSocket, Message
from streams.desk.watchers import Watcher
from streams.desk.window import Window
from streams.limits import Close
from streams.off_loop import query

log = logging.getLogger(__name__)

MOST_ON_THEIR_WAY = 100  # messages that a browser may be behind
LONGEST_MESSAGE = 1000  # characters from a browser
LOOK_EVERY = 5.0  # seconds between looks at the rows, when no news asks for one
LOOK_AFTER = 0.25  # seconds after news: so long a line of the log may take to be stored
TELL_EVERY = 0.1  # seconds at least between two pieces of a story
CHECK_EVERY = 30.0  # seconds between looks at whether who watches still may
DATABASE_AWAY = "The database does not answer. What is shown is as it was; it is asked again in a moment."
OUR_MISTAKE = "Something went wrong on our side. What is shown is as it was; it is tried again in a moment."
QUIET = frozenset({opened.INTERIM, "utterance", "key", "prompt_started", "prompt_cut", "overheard", "agent_heard"})

_boards: "WeakKeyDictionary[asyncio.AbstractEventLoop, Board]" = WeakKeyDictionary()


class DeskConsumer(BrowserSocket):
    """One browser at the desk."""

    def _ready(self) -> None:
        self._window = Window(MOST_ON_THEIR_WAY)
        news.opened()
        self._board = _boards.setdefault(self._loop, Board())
        self._acting = Acting(self._give)
        self._rows: dict[int, dict[str, Any]] = {}
        self._switched: list[str] = []  # for whole lines
        self._opened: opened.Opened | None = None
        self._opening: int | None = None
        self._again: int | None = None  # what could not be opened, and is still wanted
        self._early: list[Message] = []  # news of a call that is being opened
        self._look_now = asyncio.Event()
        self._told_at, self._telling = 0.0, False

    async def _begin(self, scope: Any) -> int:
        self._watcher = await query(watchers.signed_in, self._cookies)
        if self._watcher is None:
            return SIGNED_OUT
        for work in (self._read_news(), self._keep_looking(), self._keep_checking(CHECK_EVERY)):
            self._spawn(work)
        self._look_now.set()
        return 0

    # --- from the browser ---------------------------------------------------------------------------------------

    async def _hear(self, text: str) -> None:
        if len(text) > LONGEST_MESSAGE:
            await self._close(Close.TOO_LARGE)
            return
        match _read(text):
            case {"seen": number}:
                self._window.saw(number)
                if self._window.missed and self._window.is_open:
                    self._look_now.set()
            case {"open": None}:
                self._opened = self._opening = self._again = None
            case {"open": int(call_pk)} if self._watcher is not None:
                await self._open(call_pk)
            case {"do": str(act), "call": int(call_pk), **more} if self._watcher is not None:
                self._spawn(self._acting.do(self._watcher.user, act, call_pk, more))
            case {"ping": _}:
                await self._give("pong")

    async def _open(self, call_pk: int) -> None:
        """Tell the whole story of this call, and from now on what is new in it."""
        assert self._watcher is not None
        self._opened, self._opening, self._early, self._again = None, call_pk, [], None
        try:
            carried = await query(opened.carried, call_pk)
            looked = await query(opened.look, call_pk, self._watcher, ()) if carried else None
        except (DatabaseError, TimeoutError):
            self._opening, self._again = None, call_pk
            await self._could_not(DATABASE_AWAY)
            return
        if self._opening != call_pk:
            return  # the page went on to another one meanwhile
        self._opening = None
        if carried is None or looked is None:
            await self._give("opened", call=call_pk, missing=True)
            return
        self._opened = opened.Opened(call_pk, carried, looked)
        for told in self._early:
            self._opened.take_news(told)
        await self._give("opened", call=call_pk, **self._opened.whole())

    # --- news ---------------------------------------------------------------------------------------------------

    async def _read_news(self) -> None:
        async for told in news.heard(news.DESK):
            await self._take(told)

    async def _take(self, told: Message) -> None:
        kind, call_pk = told.get("kind"), told.get("call")
        if kind in (DONE, FAILED):
            self._acting.came(told)
            return
        if kind not in QUIET:
            self._loop.call_later(LOOK_AFTER, self._look_now.set)
        if call_pk is None:
            return
        if call_pk == self._opening:
            self._early.append(told)
        elif self._opened is not None and call_pk == self._opened.call_pk:
            await self._tell(self._opened, told)

    async def _tell(self, story: opened.Opened, told: Message) -> None:
        """News of the call that is open."""
        if told.get("kind") == opened.INTERIM:
            shown = story.interim(told)
            if shown is not None:
                await self._give("interim", call=story.call_pk, **shown)
        elif told.get("kind") in telling.TOLD and story.take_news(told):
            wait = self._told_at + TELL_EVERY - self._loop.time()
            if wait <= 0:
                await self._say()
            elif not self._telling:
                self._telling = True
                self._loop.call_later(wait, lambda: self._spawn(self._say()))

    async def _say(self) -> None:
        """What is new in the story of the call that is open."""
        self._told_at, self._telling = self._loop.time(), False
        story = self._opened
        changes = story.changes() if story is not None else None
        if story is not None and changes is not None:
            await self._give("said", call=story.call_pk, **changes)

    # --- looking at the rows --------------------------------------------------------------------------------------

    async def _keep_looking(self) -> None:
        while not self._closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._look_now.wait()
            self._look_now.clear()
            try:
                await self._look()
                if self._again is not None:
                    await self._open(self._again)
            except (DatabaseError, TimeoutError) as error:
                log.warning("The desk could not read the calls (%s).", type(error).__name__)
                await self._could_not(DATABASE_AWAY)
            except Exception:  # one call of which something is odd must not end the looks at all of them
                log.exception("The desk could not show the calls.")
                await self._could_not(OUR_MISTAKE)

    async def _could_not(self, sentence: str) -> None:
        """Say so; the whole follows, once there is one again."""
        await self._give("trouble", sentence=sentence)
        self._window.missed = True

    async def _look(self) -> None:
        watcher = self._watcher
        if watcher is None:
            return
        found, story = await self._board.rows(), self._opened
        looked = await query(opened.look, story.call_pk, watcher, story.raw) if story is not None else None
        if watcher is not self._watcher:
            return  # they may see more or less by now: another look is due already
        if story is not None and looked is not None:
            story.take_log(looked)
        elif story is not None and story is self._opened:
            self._opened = None
            await self._give("opened", call=story.call_pk, missing=True)
        rows, switched = {row.pk: row.row(watcher) for row in found}, self._board.switched
        if not self._window.missed:
            changed = [row for pk, row in rows.items() if _still(row) != _still(self._rows.get(pk))]
            gone = [pk for pk in self._rows if pk not in rows]
            if changed or gone:
                await self._give("calls", calls=changed, gone=gone)
            if switched != self._switched:
                await self._give("switched", switched=switched)
            await self._say()
        elif self._window.is_open:
            self._window.missed = False
            await self._give("whole", calls=list(rows.values()), switched=switched)
            if story is not None and story is self._opened:
                await self._give("opened", call=story.call_pk, **story.whole())
        self._rows, self._switched = rows, switched

    # --- who may -------------------------------------------------------------------------------------------------

    async def _checked(self) -> int:
        """Whoever signed out, or may not watch any more, is shown nothing new; who may see less is shown less."""
        watcher = await query(watchers.signed_in, self._cookies)
        if watcher is None:
            return SIGNED_OUT
        if _sees(watcher) != _sees(self._watcher):
            self._watcher, self._window.missed = watcher, True
            self._look_now.set()
        return 0

    # --- to the browser ------------------------------------------------------------------------------------------

    async def _give(self, kind: str, **what: Any) -> None:
        number = None if self._closing else self._window.next()
        if number is not None:
            text = json.dumps({"n": number, "kind": kind, **what}, ensure_ascii=False)
            with suppress(Exception):  # whatever the server raises when the browser has just gone: it tells us next
                await self._send({"type": "websocket.send", "text": text})


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _still(row: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A row without what a page counts on by itself."""
    return {name: said for name, said in row.items() if name != "seconds"} if row else None


def _sees(watcher: Watcher | None) -> tuple[bool, ...] | None:
    return (watcher.words, watcher.numbers, watcher.money, watcher.listens, watcher.directs) if watcher else None
