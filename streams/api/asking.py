"""What every list can be asked: days, a line, a page."""

import base64
import binascii
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from streams.api.door import Annotated, Field, Schema, no
from streams.exports.cells import plain
from streams.figures.asked import Asked

USUAL_DAYS, MOST_DAYS = 7, 366
USUAL_ROWS, MOST_ROWS = 50, 200

Money = Annotated[str, Field(pattern=r"^-?\d+\.\d{6}$", examples=["0.003000"], description="Six places, as text.")]


class About(Schema):
    """Which calls."""

    first: date | None = Field(None, alias="from", description="The first day; the usual is a week ago.")
    last: date | None = Field(None, alias="to", description="The last day, included; the usual is today.")
    flow: int | None = Field(None, ge=1, le=2**31, description="Only calls of this flow.")
    version: int | None = Field(None, ge=1, le=2**31, description="Only calls of this published version, by its id.")
    number: str = Field("", max_length=20, description="Only calls to this number of the site: +14155550199.")
    language: str = Field("", max_length=12, description="Only calls in this language, such as en-US.")

    def asked(self) -> Asked:
        """As reports are asked. Raises a refusal for days the wrong way round, or too many."""
        last = self.last or timezone.localdate()
        first = self.first or last - timedelta(days=USUAL_DAYS - 1)
        if not (date(2000, 1, 1) <= first <= last <= date(2100, 1, 1)):
            raise no("These days make no range.", "Set from to a day that is not after to, as 2026-11-22.")
        if (last - first).days >= MOST_DAYS:
            raise no("That is more than a year.", "Ask for at most 366 days at once.")
        return Asked(first, last, self.flow, self.version, self.number, self.language)


class Page(Schema):
    """Which page."""

    cursor: str = Field("", max_length=200, description="What the page before gave as next.")
    limit: int = Field(USUAL_ROWS, ge=1, le=MOST_ROWS, description="Rows of a page, at most 200.")


T = TypeVar("T")


class Rows(Schema, Generic[T]):
    """A page of a list, the newest first."""

    rows: list[T]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def money(amount: Decimal) -> str:
    """An amount as this API tells it."""
    return plain(amount)


def on_our_clocks(at: datetime | None) -> datetime | None:
    """With the offset of the site's zone."""
    return timezone.localtime(at) if at else None


def page_of(
    rows: QuerySet[Any], page: Page, told: Callable[[Any], dict[str, Any]], *, by: str = "began_at"
) -> dict[str, Any]:
    """One page, newest first. A cursor holds where the page before ended, so rows that come meanwhile shift nothing."""
    if page.cursor:
        at, pk = _read(page.cursor)
        rows = rows.filter(Q(**{f"{by}__lt": at}) | Q(**{by: at, "pk__lt": pk}))
    found = list(rows.order_by(f"-{by}", "-pk")[: page.limit + 1])
    there, more = found[: page.limit], len(found) > page.limit
    return {"rows": [told(row) for row in there], "next": _written(there[-1], by) if more else None}


def _written(row: Any, by: str) -> str:
    value = row
    for name in by.split("__"):
        value = getattr(value, name)
    return base64.urlsafe_b64encode(f"{value.isoformat()} {row.pk}".encode()).decode()


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, _, pk = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 0 <= int(pk) < 2**63:
            raise ValueError
        return moment, int(pk)
    except (ValueError, binascii.Error, OverflowError):
        raise no("This cursor is none of ours.", "Take it from next of the page before, as it is.") from None
