"""The carrier's own books, as its account gives them: what is on the line, and records of calls, legs and streams.

Nothing is read into them here; `streams.reconciling.reading` does. Every function raises `PlivoSaidNo`.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from streams.carriers.plivo_api import PAGE, Account, PlivoSaidNo

UNREADABLE = "Plivo's answer held no list; it is asked again later."


class Pace:
    """Never more than `most` requests in `seconds`: Plivo takes 300 in 5 s of a whole account."""

    def __init__(
        self, most: int = 40, seconds: float = 5.0, *, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._asked: deque[float] = deque(maxlen=most)
        self._seconds, self._clock, self._sleep = seconds, clock, sleep

    def keep(self) -> None:
        """Wait until one more request is in order."""
        if len(self._asked) == self._asked.maxlen:
            self._sleep(max(self._asked[0] + self._seconds - self._clock(), 0.0))
        self._asked.append(self._clock())


class Books:
    """The books of one account. `zone` is the account's: the carrier reads and writes times in it."""

    def __init__(self, account: Account, zone: ZoneInfo, pace: Pace | None = None) -> None:
        self._account, self._zone, self._pace = account, zone, pace or Pace()

    def ended_between(self, began: datetime, ended: datetime, offset: int) -> list[Any]:
        """One page of the records of calls and legs that ended in [began, ended), from `offset` on; fewer than `PAGE`
        are the last. Records that come while pages are read push others back: one may come twice, none is left out."""
        asked = {
            "limit": PAGE,
            "offset": offset,
            "end_time__gte": self._written(began),
            "end_time__lt": self._written(ended),
        }
        return self._list("Call/", asked)

    def on_the_line(self) -> set[str]:
        """The carrier's names of all calls that ring or are spoken on now, by one request. An answer without a list
        is no answer: taken for an empty one, it would end every call."""
        calls = self._get("Call/", {"status": "live"}).get("calls")
        if not isinstance(calls, list) or not all(isinstance(uuid, str) for uuid in calls):
            raise PlivoSaidNo(UNREADABLE)
        return set(calls)

    def is_on_the_line(self, call_uuid: str) -> bool:
        """Whether the carrier knows this call as one that goes on."""
        return self._one_or_none(lambda: self._get(f"Call/{call_uuid}/", {"status": "live"})) is not None

    def of_call(self, call_uuid: str) -> Any:
        """The record of this call or leg, None while there is none."""
        return self._one_or_none(lambda: self._get(f"Call/{call_uuid}/"))

    def legs_of(self, call_uuid: str) -> list[Any]:
        """The records of the legs that were dialled from this call."""
        return list(self._all("Call/", {"parent_call_uuid": call_uuid}))

    def streams_of(self, call_uuid: str) -> list[Any]:
        """The records of this call's streams, none while the carrier knows none."""
        return self._one_or_none(lambda: list(self._all(f"Call/{call_uuid}/Stream/", {}))) or []

    def _all(self, path: str, asked: dict[str, Any]) -> Iterator[Any]:
        offset = 0
        while True:
            page = self._list(path, asked | {"limit": PAGE, "offset": offset})
            yield from page
            offset += PAGE
            if len(page) < PAGE:
                return

    def _list(self, path: str, asked: dict[str, Any]) -> list[Any]:
        found = self._get(path, asked).get("objects")
        if not isinstance(found, list):
            raise PlivoSaidNo(UNREADABLE)
        return found

    def _get(self, path: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
        self._pace.keep()
        return self._account.get(path, asked)

    def _written(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M:%S}"

    @staticmethod
    def _one_or_none(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except PlivoSaidNo as error:
            if error.status == 404:
                return None
            raise
