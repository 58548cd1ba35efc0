"""Which calls an export is about: the days and what narrows them down, as reports are asked."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

from streams.figures.asked import Asked
from streams.figures.counting import span
from streams.models import Call

T = TypeVar("T")
BATCH = 500  # rows fetched at once, and calls whose charges are summed together: fetching them holds the interpreter

FIELDS = {  # of `Asked`, and the path from a call
    "flow": "version__flow_id",
    "version": "version_id",
    "number": "called",
    "language": "figures__language",
}


def narrowed(rows: QuerySet[Any], asked: Asked, to_call: str = "") -> QuerySet[Any]:
    """These rows, where the call they belong to (over `to_call`, such as "call__") is asked for. Never test calls."""
    began, ended = span(asked.first, asked.last)
    wanted = {f"{to_call}rehearsal": None, f"{to_call}began_at__gte": began, f"{to_call}began_at__lt": ended}
    for name, path in FIELDS.items():
        if value := getattr(asked, name):
            wanted[f"{to_call}{path}"] = value
    return rows.filter(**wanted)


def calls(asked: Asked) -> QuerySet[Call]:
    """The calls that are asked for, oldest first."""
    return narrowed(Call.objects.order_by("began_at", "pk"), asked)


def in_batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """These rows in lists of at most `size`."""
    coming = iter(rows)
    while batch := list(islice(coming, size)):
        yield batch
