"""The ladder when an engine fails: the same one once more, when that may help, then the next. Wrappers, not branches.

Each wrapper is itself an engine. Once a caller has heard a first sound there is no way back: a sentence that begins
twice is worse than a failure the flow knows how to handle. Ears (`first_ears`) may be changed at any time.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from streams.ai.provider import (
    Fault,
    Owed,
    ProviderError,
    ProviderTimedOut,
    ProviderUnavailable,
    Synthesizer,
    Used,
    forgiven,
)

log = logging.getLogger(__name__)

TRIES = 2  # of one engine, when the same request may succeed a moment later
FIRST_SOUND = 2.5  # seconds

Report = Callable[[str, ProviderError | None], None]  # this engine failed so, or did its work
MayUse = Callable[[str], bool]
END: Any = object()


def tell_nobody(engine: str, error: ProviderError | None) -> None:
    """A `Report` that goes nowhere."""


def always(engine: str) -> bool:
    """A `MayUse` that lets no engine rest."""
    return True


class FirstVoice:
    """The first of several synthesizers that can speak. All must give the same format.

    One that makes no sound within `first_sound` seconds is left for the next.
    """

    def __init__(
        self,
        *rungs: Synthesizer,
        report: Report = tell_nobody,
        may_use: MayUse = always,
        first_sound: float = FIRST_SOUND,
    ) -> None:
        self._rungs, self._report, self._may_use, self._first_sound = rungs, report, may_use, first_sound
        self.name, self.gives, self.voices = rungs[0].name, rungs[0].gives, rungs[0].voices

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """As the first that can. `voice` is a name of the first; the others use their own for the language."""
        failed = None
        for rung in filter(lambda rung: self._may_use(rung.name), self._rungs):
            for _ in range(TRIES):
                begun = False
                speech = rung.speak(text, voice=voice if rung is self._rungs[0] else "", language=language, owed=owed)
                try:
                    async with aclosing(self._in_time(rung, speech)) as pieces:
                        async for piece in pieces:
                            if isinstance(piece, bytes) and not begun:
                                begun = True
                                self._report(rung.name, None)
                            yield piece
                    return
                except Exception as error:
                    failed = provider_error(rung.name, error)
                    self._report(rung.name, failed)
                    if begun:
                        raise failed from error
                    if not failed.retryable or failed.fault is Fault.SLOW:
                        break
        raise failed or ProviderUnavailable("There is no voice to speak with.")

    async def _in_time(
        self, rung: Synthesizer, speech: AsyncGenerator[bytes | Used, None]
    ) -> AsyncGenerator[bytes | Used, None]:
        by: float | None = asyncio.get_running_loop().time() + self._first_sound
        async with aclosing(speech):
            while True:
                try:
                    async with asyncio.timeout_at(by):
                        piece = await anext(speech, END)
                except TimeoutError as error:
                    late = f"{rung.name} made no sound within {self._first_sound:g} seconds."
                    raise ProviderTimedOut(late) from error
                if piece is END:
                    return
                by = None if isinstance(piece, bytes) else by
                yield piece


def provider_error(engine: str, error: Exception) -> ProviderError:
    """The error of an engine, or what stands for a mistake of its adapter."""
    if isinstance(error, ProviderError):
        return error
    log.error("%s broke.", engine, exc_info=error)  # an adapter's own mistake: the next may do better
    return ProviderError(f"{engine} broke.")
