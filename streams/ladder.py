"""Which engine is asked next when one fails. Pure.

The same once more where that may help, then the next. An engine that did its work before it failed has its second try
again: a socket that drops once a minute is no reason to give up on the caller.
"""

from collections import deque
from collections.abc import Iterable

from streams.ai.provider import ProviderError

TRIES = 2  # of one engine in a row


class Ladder:
    """The rungs that are left."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = deque(names)
        self._tries = TRIES

    @property
    def rung(self) -> str | None:
        """The engine to ask now; None when none is left."""
        return self._names[0] if self._names else None

    def fell(self, error: ProviderError, *, worked: bool) -> None:
        """The present rung failed with this error; `worked` says whether it was of use before."""
        self._tries = (TRIES if worked else self._tries) - 1
        if self._names and not (error.retryable and self._tries):
            self._names.popleft()
            self._tries = TRIES
