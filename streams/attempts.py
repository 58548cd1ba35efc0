"""The engines of one conversation, one after the other.

An engine that fails is asked once more when that may help, then the next one is (`ladder.py`). Each attempt is one
task; what an attempt that was given up still brings is dropped. Nobody waits for what an attempt does after its end:
closing a dead socket takes seconds.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Protocol

from streams.ai.provider import (
    AgentBrief,
    Conversation,
    ProviderError,
    ProviderTimedOut,
    ProviderUnavailable,
    Saying,
    Used,
    settled,
)
from streams.ladder import Ladder

if TYPE_CHECKING:
    from streams.session import CallSession

log = logging.getLogger(__name__)

OPENS_WITHIN = 4.0  # seconds for an engine to be ready to talk


class Talker(Protocol):
    """Whose conversation it is."""

    def brief(self, engine: str) -> AgentBrief:
        """What the engine of this name, which is asked now, is told."""

    def take(self, talk: Conversation) -> None:
        """An engine is ready to talk."""

    def hear(self, saying: Saying) -> None:
        """Something that the present engine brings."""

    def late(self, saying: Saying) -> bool:
        """The same after `Attempts.linger`; True when there is nothing more to wait for."""

    def broke_off(self) -> None:
        """The present engine failed, and another is asked."""

    def gives_up(self) -> None:
        """There is none left to ask."""


class Attempts:
    """`talk` is the present engine's side of the conversation, None while one is being reached.

    `used` is told what an engine had used and not reported when it is left; that may be after the conversation.
    """

    def __init__(
        self, session: "CallSession", talker: Talker, engines: Iterable[str], used: Callable[[Used], None]
    ) -> None:
        self._session, self._talker, self._used = session, talker, used
        self._ladder = Ladder(engines)
        self.talk: Conversation | None = None
        self._task: asyncio.Task[None] | None = None
        self._worked = self._lingers = False

    @property
    def engine(self) -> str:
        """The name of the one that is asked."""
        return self._ladder.rung or ""

    def begin(self) -> None:
        """Let the present engine talk."""
        if self._ladder.rung is None:
            self._talker.gives_up()
            return
        self._worked = False
        self._task = self._session.spawn(self._converse(self.engine))

    def end(self) -> None:
        """Give up the present attempt; what it still brings is not for this line."""
        if self._task is not None:
            self._task.cancel()
        self.leave()

    def leave(self) -> None:
        """Want no more of the present attempt, which ends by itself."""
        self._task = self.talk = None

    def linger(self) -> "asyncio.Task[None] | None":
        """From here on only words and their cost are of interest. The task that brings them."""
        last, self._task = self._task, None
        self._lingers = last is not None
        return last

    def worked(self) -> None:
        """The present engine did something of use."""
        self._worked = True
        self._session.engines.report(self.engine, None)

    def fell(self, error: ProviderError) -> None:
        """The present engine failed: another is asked, or the same once more."""
        session, engine = self._session, self.engine
        session.engines.report(engine, error.fault)
        session.note("engine_failed", ability="agent", engine=engine, fault=error.fault, what=str(error))
        self._ladder.fell(error, worked=self._worked)
        if self._ladder.rung is not None:
            self._talker.broke_off()
        self.begin()

    async def _converse(self, engine: str) -> None:
        mine = self._task
        try:
            async with AsyncExitStack() as stack:
                error = await self._failure(engine, stack)
                if mine is not None and self._task is mine:
                    self.leave()
                    self.fell(error)
        except Exception:
            log.exception("An agent could not be closed.")

    async def _failure(self, engine: str, stack: AsyncExitStack) -> ProviderError:
        """Talk with this engine until it is of no more use, and say why."""
        try:
            await self._talk_with(engine, stack)
        except ProviderError as error:
            return error
        except TimeoutError:
            return ProviderTimedOut(f"It was not ready to talk within {OPENS_WITHIN:.0f} seconds.")
        except Exception:  # an adapter's own mistake: the next engine, or the flow, knows a way on
            log.exception("An agent broke.")
            return ProviderError("It broke.")
        return ProviderUnavailable("It ended the conversation without an outcome.")

    async def _talk_with(self, engine: str, stack: AsyncExitStack) -> None:
        mine = self._task
        agent = self._session.engines.agent(engine)
        brief = self._talker.brief(engine)
        async with asyncio.timeout(OPENS_WITHIN):
            talk = await stack.enter_async_context(settled(agent.converse(brief), self._used))
        if self._task is not mine:
            return
        self._session.note("agent_started", engine=agent.name, title=agent.title)
        self.talk = talk
        self._talker.take(talk)
        async for saying in talk:
            if self._lingers:
                if self._talker.late(saying):
                    return
                continue
            if self._task is mine:
                self._talker.hear(saying)
            if self._task is not mine:
                return  # the flow went on: cancelled or not, what is still queued is not for this line
