"""A table as CSV: UTF-8, commas, lines that end as RFC 4180 says. Pure."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from streams.exports.cells import IN_CSV
from streams.exports.columns import Column

BOM = "\ufeff".encode()  # what tells Excel that a file is UTF-8
LINES = 500  # in one chunk


class _Lines(list[str]):
    """What csv writes to: it keeps lines until they are taken."""

    write = list.append

    def taken(self) -> bytes:
        made = "".join(self).encode()
        self.clear()
        return made


def chunks(columns: Iterable[Column], rows: Iterable[Iterable[Any]], *, bom: bool = False) -> Iterator[bytes]:
    """The file in pieces of 500 lines, so that no more of it than that is ever in memory. Nothing known is empty."""
    known = list(columns)
    written = [IN_CSV[each.holds] for each in known]
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([each.title for each in known])
    yield (BOM if bom else b"") + lines.taken()
    for row in rows:
        writer.writerow(["" if value is None else write(value) for write, value in zip(written, row, strict=True)])
        if len(lines) >= LINES:
            yield lines.taken()
    if lines:
        yield lines.taken()
