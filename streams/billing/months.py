"""Months of the books: which is open, and closing one.

Months are closed in their order. Who books shares a lock that who closes has alone, so no line slips into a month as it
is being closed; on SQLite every transaction that writes is alone anyway.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from streams.models import Period

LOCK = 0x0CA11_B00C  # any number that nobody else uses: the name of the lock


class StaysOpen(Exception):
    """The month cannot be closed now. The message says why, for people."""


def month_of(moment: datetime) -> date:
    """The first day of the month of `moment`, by the site's calendar."""
    return timezone.localtime(moment).date().replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def booked_in(months: Collection[date]) -> dict[date, Period]:
    """Where costs of these months are booked: there, or in the first open month. Within `shared`."""
    closed = last_closed()
    first_open = next_month(closed) if closed else date.min
    wanted = {month: max(month, first_open) for month in months}
    periods = {month: Period.objects.get_or_create(month=month)[0] for month in set(wanted.values())}
    return {month: periods[where] for month, where in wanted.items()}


def last_closed() -> date | None:
    """The latest month that is closed; all before it are."""
    return Period.objects.filter(closed_at__isnull=False).aggregate(month=Max("month"))["month"]


def close(month: date, *, by: Any, note: str = "") -> Period:
    """Close a month for good. What comes later, and belongs to it, is booked in the next one.

    Raises `StaysOpen` when it is not over, is closed, or an earlier one is open.
    """
    with transaction.atomic():
        _alone()
        why = why_open(month)
        if why:
            raise StaysOpen(why)
        period = Period.objects.select_for_update().get(month=month)
        period.closed_at, period.closed_by, period.note = timezone.now(), by, note[:300]
        period.save(update_fields=["closed_at", "closed_by", "note"])
        Period.objects.get_or_create(month=next_month(month))
    return period


def why_open(month: date) -> str:
    """Why this month cannot be closed now, as a sentence; "" when it can."""
    closed = last_closed()
    if closed and month <= closed:
        return "This month is closed already."
    if next_month(month) > timezone.localdate():
        return f"{month:%B %Y} is not over yet. It can be closed from {next_month(month):%-d %B} on."
    if not Period.objects.filter(month=month).exists():
        return "Nothing is booked in this month."
    earlier = Period.objects.filter(month__lt=month, closed_at=None).order_by("month").first()
    return f"Close {earlier.month:%B %Y} first: months are closed in their order." if earlier else ""


@contextmanager
def shared() -> Iterator[None]:
    """While something is booked, until the transaction ends: no month is closed meanwhile."""
    _lock("pg_advisory_xact_lock_shared")
    yield


def _alone() -> None:
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [LOCK])
