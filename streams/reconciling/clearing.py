"""The clearing account of each day: what the carrier says, less what we say, less what people settled. It must be
zero, and no two wrongs may make it so: a day is clear when nothing in it is open."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone

from streams.models import BookDay, DayAccount, UnreadableRecord
from streams.reconciling.both_sides import things
from streams.reconciling.matching import NOTHING, Bucket, Thing

DAYS = 35


@dataclass(slots=True)
class Day:
    """One day's account. Things that wait for one side are in no sum. `read` says how far the carrier's books of the
    day were read, None for not at all; `unreadable` counts records that make no sense."""

    date: date
    read: BookDay | None = None
    unreadable: int = 0
    things: int = 0
    records: int = 0
    counts: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    theirs: Decimal = NOTHING
    ours: Decimal = NOTHING
    settled: Decimal = NOTHING
    open: Decimal = NOTHING
    apart: Decimal = NOTHING
    open_things: int = 0
    oldest_open: datetime | None = None

    def add(self, thing: Thing) -> None:
        """Take in one stream or leg of this day."""
        self.things += 1
        self.records += thing.theirs is not None
        self.counts[thing.bucket] += 1
        if thing.bucket is Bucket.WAITING:
            return
        self.theirs += thing.theirs or NOTHING
        self.ours += thing.ours or NOTHING
        self.settled += thing.settled
        self.open += thing.open
        if thing.is_open:
            self.apart += abs(thing.difference)
            self.open_things += 1
            self.oldest_open = min(self.oldest_open or thing.at, thing.at)

    @property
    def matched_percent(self) -> int | None:
        """How many of a hundred agree, of those that both sides had time for; rounded down, so that 100 means all."""
        told = self.things - self.counts[Bucket.WAITING]
        return 100 * self.counts[Bucket.MATCHED] // told if told else None

    @property
    def is_clear(self) -> bool:
        """Nothing in it waits for a person."""
        return not self.open_things and not self.unreadable


def days(last: date | None = None) -> list[Day]:
    """The account of the last 35 days: those with open things, those with unreadable records, then the others, each
    the latest first."""
    last = last or timezone.localdate()
    first = last - timedelta(days=DAYS - 1)
    found = kept(first, last)
    for row in BookDay.objects.filter(day__gte=first, day__lte=last):
        found[row.day].read = row
    bad = UnreadableRecord.objects.filter(day__gte=first, day__lte=last).values_list("day").annotate(Count("pk"))
    for day, count in bad.order_by("day"):
        found[day].unreadable = count
    return sorted(found.values(), key=lambda day: (not day.open_things, day.is_clear, -day.date.toordinal()))


KEPT = ("things", "records", "theirs", "ours", "settled", "open", "apart", "open_things", "oldest_open")


def added_up(day: date, now: datetime | None = None) -> Day:
    """The account of this day, added up anew; nothing is stored."""
    return by_day(things(day, day, now), day, day)[day]


def keep(day: date, account: Day) -> None:
    """Keep the account of this day, if it says anything new."""
    counts = {bucket.value: number for bucket, number in account.counts.items()}
    figures: dict[str, Any] = {name: getattr(account, name) for name in KEPT} | {"counts": counts}
    stored = DayAccount.objects.filter(day=day).values(*figures).first()
    if stored != figures:
        DayAccount.objects.update_or_create(day=day, defaults=figures)


def kept(first: date, last: date) -> dict[date, Day]:
    """The accounts of these days, both included, as they were added up last; a day without anything is empty."""
    rows = by_day((), first, last)
    for stored in DayAccount.objects.filter(day__gte=first, day__lte=last):
        day = rows[stored.day]
        for name in KEPT:
            setattr(day, name, getattr(stored, name))
        day.counts = {bucket: stored.counts.get(bucket.value, 0) for bucket in Bucket}
    return rows


def by_day(found: Iterable[Thing], first: date, last: date) -> dict[date, Day]:
    """These things, added up."""
    rows = {day: Day(day) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))}
    for thing in found:
        if thing.day in rows:
            rows[thing.day].add(thing)
    return rows
