"""What a caller's words mean, where a step does not know: asked of an engine that understands, within a deadline.

How long that leaves the line silent is minded by the ears.

The step is always answered, with "" when nothing understands, in time or at all. Answers to an earlier turn are stale
by the engine's rule, so a caller who presses a key or says more is never held to what was asked about before.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.engine.commands import Understand
from flows.engine.events import Understood
from streams.ai.provider import Fault, ProviderError, Question, Understander, Understanding, Used
from streams.log_lines import HIDDEN

if TYPE_CHECKING:
    from streams.session import CallSession

log = logging.getLogger(__name__)

ANSWER_WITHIN = 2.5  # seconds; a step waits a little longer (`flows.engine.asking.UNDERSTAND_SECONDS`)


class Meanings:
    """At most one question at a time is being understood."""

    def __init__(self, session: "CallSession") -> None:
        self._session = session
        self._task: asyncio.Task[None] | None = None

    @property
    def are_sought(self) -> bool:
        """True while the caller waits for what their words mean."""
        return self._task is not None

    def find_out(self, command: Understand) -> None:
        """Answer this command with `Understood`, in its turn; never at once, so that no event comes within another."""
        self.forget()
        self._task = self._session.spawn(self._answer(command))

    def forget(self) -> None:
        """No answer is wanted any more."""
        if self._task is not None:
            self._task.cancel()
        self._task = None

    async def _answer(self, command: Understand) -> None:
        session, mine = self._session, self._task
        began = session.now()
        name, found = "", Understanding()
        try:
            engine = session.engines.understander()
            if engine is not None:
                name = engine.name
                found = await self._understood(engine, _question(command, session))
                self._keep(command, engine, found, round((session.now() - began) * 1000))
        except TimeoutError:
            self._failed(name, Fault.SLOW, f"It did not say what the caller meant within {ANSWER_WITHIN:g} s.")
        except ProviderError as error:
            self._used(error.used)
            self._failed(name, error.fault, str(error))
        except Exception as error:  # an adapter's own mistake; its message may hold a caller's words
            log.warning("What understands callers broke: %s", type(error).__name__)
            self._failed(name, Fault.BROKE, "It broke.")
        if self._task is mine:
            self._task = None
        session.feed(Understood(answer=found.answer, confidence=found.confidence, turn=command.turn))
        if not self.are_sought:
            session.ears.answered()

    async def _understood(self, engine: Understander, question: Question) -> Understanding:
        """Ask; an answer that is not waited for is paid for all the same. Raises `ProviderError` and `TimeoutError`."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await engine.understand(question)
        except (TimeoutError, asyncio.CancelledError):
            self._used(engine.owing(question))
            raise

    def _used(self, used: Sequence[Used]) -> None:
        for one in used:
            self._session.note("used", **one.as_line())

    def _keep(self, command: Understand, engine: Understander, found: Understanding, ms: int) -> None:
        """What was understood, for the call's log."""
        session = self._session
        self._used(found.used)
        label = next((choice.label for choice in command.choices if choice.name == found.answer), found.answer)
        secret = session.is_secret()
        session.note(
            "understood",
            said=HIDDEN if secret else command.said,
            wants=command.wants,
            answer=HIDDEN if secret else found.answer,
            meaning=HIDDEN if secret else label,
            confidence=round(found.confidence, 2),
            taken=bool(found.answer) and found.confidence >= command.floor,
            engine=engine.name,
            ms=ms,
        )

    def _failed(self, engine: str, fault: Fault, what: str) -> None:
        self._session.note("engine_failed", ability="understand", engine=engine, fault=str(fault), what=what)


def _question(command: Understand, session: "CallSession") -> Question:
    return Question(
        asked=command.asked,
        said=command.said,
        wants=command.wants,
        choices=command.choices,
        language=command.language or session.flow.language,
        today=command.today,
    )
