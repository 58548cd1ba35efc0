"""The carrier's books by days: a run reads one day's list page by page, and remembers in `BookDay` where it stands."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from streams.carriers.plivo_api import PAGE, PlivoSaidNo
from streams.carriers.plivo_records import Books
from streams.figures import rollups
from streams.models import BookDay
from streams.reconciling import taking_in
from streams.reconciling.keeping import forget_unreadable
from streams.reports.daily import bounds

HELD = timedelta(minutes=5)  # longer than one page takes; then its worker must have died
MOST_TRIES = 8


def begin(days: Iterable[date], now: datetime, *, thorough: bool) -> None:
    """Have these days read, from the start. One that is being read is left at it."""
    for day in days:
        row, _ = BookDay.objects.get_or_create(day=day)
        fresh = {"began_at": now, "held_until": None, "offset": 0, "tries": 0, "thorough": thorough}
        BookDay.objects.filter(pk=row.pk, began_at=None).update(**fresh)


def take(now: datetime) -> BookDay | None:
    """A day that waits to be read on, the latest first, and now is held; None when there is none."""
    for row in _free(now).order_by("-day"):
        held = _free(now).filter(pk=row.pk, began_at=row.began_at)
        if held.update(held_until=now + HELD):
            return row
    return None


def is_due(now: datetime) -> bool:
    """Whether a day waits to be read on."""
    return _free(now).exists()


def _free(now: datetime) -> QuerySet[BookDay]:
    return BookDay.objects.filter(Q(held_until=None) | Q(held_until__lt=now), began_at__isnull=False)


def let_go(row: BookDay) -> None:
    """Leave it to whoever comes next."""
    BookDay.objects.filter(pk=row.pk).update(held_until=None)


def read_page(books: Books, row: BookDay, now: datetime) -> bool:
    """Read one page of the day on; False when that was the last. Raises `PlivoSaidNo`, after noting it on the day."""
    began, ended = bounds(row.day, row.day)
    try:
        page = books.ended_between(began, ended, row.offset)
        taking_in.page(books, page, row.day, thorough=row.thorough)
    except PlivoSaidNo as error:
        _note_failure(row, error, now)
        raise
    row.offset += PAGE
    this = BookDay.objects.filter(pk=row.pk)
    if len(page) < PAGE:
        with transaction.atomic():
            this.update(whole_at=row.began_at, began_at=None, held_until=None, tries=0, problem="")
            rollups.changed((row.day - timedelta(days=1), row.day))  # a call that ended on it may have begun before
        if row.began_at:
            forget_unreadable(row.day, row.began_at, also_streams=row.thorough)
        return False
    this.update(offset=row.offset, held_until=now + HELD, problem="")
    return True


def _note_failure(row: BookDay, error: PlivoSaidNo, now: datetime) -> None:
    """The run goes on later, where that may help; else, and after many tries, the next one begins anew."""
    row.tries += 1
    goes_on = error.may_work_later and row.tries < MOST_TRIES
    BookDay.objects.filter(pk=row.pk).update(
        problem=str(error)[:300],
        tries=row.tries,
        began_at=row.began_at if goes_on else None,
        held_until=now + timedelta(seconds=30 * 2**row.tries) if goes_on else None,
    )
