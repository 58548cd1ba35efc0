"""What a table has: its columns, what they hold, and which of them a reader may see. Pure but for its queries."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from streams.exports.cells import Holds, hidden
from streams.figures.asked import Asked
from streams.reports.one_call import Reader

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`needs` names the ability of a `Reader` without which the column is left out, "" for none."""

    title: str
    holds: Holds = Holds.TEXT
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sort of export. `rows` yields values in the order of `columns`, in batches from the database, unmasked.

    `needs` is the ability of a `Reader` without which there is no such table for them.
    """

    key: str
    title: str
    says: str
    columns: tuple[Column, ...]
    count: Callable[[Asked], int]
    rows: Callable[[Asked], Iterator[Row]]
    needs: str = ""

    def is_for(self, reader: Reader) -> bool:
        """Whether this reader may have it at all."""
        return not self.needs or bool(getattr(reader, self.needs))

    def shown_to(self, reader: Reader) -> tuple[Column, ...]:
        """The columns this reader gets."""
        return tuple(self.columns[place] for place in _places(self.columns, reader))

    def rows_for(self, asked: Asked, reader: Reader) -> Iterator[list[Any]]:
        """The rows, without what this reader may not see, and with numbers masked unless they may be seen."""
        places = _places(self.columns, reader)
        masks = [
            at for at, place in enumerate(places) if self.columns[place].holds is Holds.CALLER and not reader.numbers
        ]
        for row in self.rows(asked):
            shown = [row[place] for place in places]
            for at in masks:
                shown[at] = hidden(shown[at] or "")
            yield shown


def _places(columns: Sequence[Column], reader: Reader) -> list[int]:
    return [place for place, column in enumerate(columns) if not column.needs or getattr(reader, column.needs)]


def column(title: str, holds: Holds = Holds.TEXT, *, needs: str = "") -> Column:
    """A column; money is for those who may see it, unless something else is said."""
    return Column(title, holds, needs or ("money" if holds is Holds.MONEY else ""))
