"""Reads the carrier's books: after each call, and by days. What is to be read is a state of rows (`AwaitedRecord`,
`BookDay`), so a run that is killed, refused or out of time goes on where it stood."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from streams.carriers.plivo_api import PlivoSaidNo
from streams.carriers.plivo_records import Books
from streams.reconciling import account, awaiting, book_days

log = logging.getLogger(__name__)

STRETCH = 200.0  # seconds of one task; a task is killed after 300
Clock = Callable[[], float]


def read_on(days: int = 0, now: datetime | None = None, *, clock: Clock = time.monotonic) -> bool:
    """Read what is due, and begin anew with the last `days` days, today among them; False when time was up before all
    was read. Without an account nothing is done. A carrier that does not answer is left alone until the next run."""
    now = now or datetime.now(UTC)
    if not account.is_there():
        return True
    today = timezone.localdate(now)
    book_days.begin([today - timedelta(days=back) for back in range(days)], now, thorough=days > 2)
    awaiting.begin(now)
    if not (awaiting.is_due(now) or book_days.is_due(now)):
        return True
    until = clock() + STRETCH
    try:
        with account.books() as books:
            awaiting.ask_for_due(books, now)
            return _read_days(books, now, until, clock)
    except PlivoSaidNo as error:
        log.warning("The carrier's books could not be read: %s", error)
        return True


def _read_days(books: Books, now: datetime, until: float, clock: Clock) -> bool:
    while (row := book_days.take(now)) is not None:
        while book_days.read_page(books, row, now):
            if clock() > until:
                book_days.let_go(row)
                return False
    return True
