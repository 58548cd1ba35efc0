"""Many rows, a few at a time: nobody who waits for the database waits for all of them. Pure."""

from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def batches(items: list[T], size: int) -> Iterator[list[T]]:
    """The items in their order, `size` at a time; the last batch may have fewer. None for no items."""
    return (items[start : start + size] for start in range(0, len(items), size))
