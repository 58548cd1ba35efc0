"""What one browser at the desk asks for, and what comes of it. On the event loop."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from django.db import DatabaseError

from streams.desk import acts, audit
from streams.off_loop import query

log = logging.getLogger(__name__)

TAKEN_WITHIN = 3.0  # seconds for the process that carries a call
NOBODY = "Nobody took it: the call is over, between two steps, or its process is gone. Try again in a moment."
AWAY = "The database does not answer, and what cannot be kept is not done. Try again in a moment."
NOT_KNOWN = "It took too long, and it is not known whether it was done. Look what becomes of the call."
BROKE = "Something went wrong on our side, and it is not known whether it was done. Look what becomes of the call."
DONE, FAILED = "act_done", "act_failed"

Give = Callable[..., Awaitable[None]]


class Acting:
    """Acts that are under way. `give` tells the browser."""

    def __init__(self, give: Give) -> None:
        self._give = give
        self._asked: dict[str, asyncio.Future[str]] = {}

    def came(self, told: Mapping[str, Any]) -> None:
        """A process told what came of an act: perhaps of one of ours."""
        waiting = self._asked.get(str(told.get("asked")))
        if waiting is not None and not waiting.done():
            waiting.set_result(str(told.get("sentence") or "") if told.get("kind") == FAILED else "")

    async def do(self, user: Any, act: str, call_pk: int, said: Mapping[Any, Any]) -> None:
        """Do this, keep what came of it, and tell the browser."""
        asked = uuid.uuid4().hex
        self._asked[asked] = asyncio.get_running_loop().create_future()
        try:
            sentence = await self._done(user, act, call_pk, said, asked)
        finally:
            del self._asked[asked]
        await self._give(FAILED if sentence else DONE, call=call_pk, act=act, sentence=sentence)

    async def _done(self, user: Any, act: str, call_pk: int, said: Mapping[Any, Any], asked: str) -> str:
        """Begin it, wait for what comes of it, and keep that: "" when it was done, else why not."""
        try:
            waits = await query(partial(acts.begin, user.pk, act, call_pk, said, asked=asked))
            sentence = await self._taken(asked) if waits else ""
        except acts.Refused as error:
            sentence = str(error)
        except DatabaseError:
            return AWAY
        except TimeoutError:
            sentence = NOT_KNOWN
        except Exception:  # whoever pressed the button is told something, whatever broke
            log.exception("An act at the desk broke.")
            sentence = BROKE
        if sentence != acts.MAY_NOT:  # which was kept already
            await self._keep(user, call_pk, act, sentence)
        return sentence

    async def _keep(self, user: Any, call_pk: int, act: str, sentence: str) -> None:
        try:
            await query(partial(audit.came_of, user, call_pk, act, sentence))
        except (DatabaseError, TimeoutError):  # that it was begun is kept
            log.warning("What came of an act at the desk could not be kept.")

    async def _taken(self, asked: str) -> str:
        try:
            async with asyncio.timeout(TAKEN_WITHIN):
                return await self._asked[asked]
        except TimeoutError:
            return NOBODY
