"""How much a browser may be owed: what it has not said that it saw. Pure.

The server takes any amount for a slow browser and keeps it in memory; so the page says what it saw, and gets nothing
more while it is behind. What it missed it is not sent later: it gets the whole again.
"""


class Window:
    """Counts what one browser was sent. `most` messages may be on their way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sent = self._seen = 0
        self.missed = True  # something was not sent, or nothing was yet: the whole is due

    @property
    def is_open(self) -> bool:
        """Whether one more may be sent."""
        return self._sent - self._seen < self._most

    def next(self) -> int | None:
        """The number of the next message; None while the browser is behind, and then it misses this one."""
        if not self.is_open:
            self.missed = True
            return None
        self._sent += 1
        return self._sent

    def saw(self, number: object) -> None:
        """The browser saw everything up to this one."""
        if isinstance(number, int) and not isinstance(number, bool):
            self._seen = max(self._seen, min(number, self._sent))
