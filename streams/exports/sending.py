"""Bytes that are made by slow code, sent without holding up the calls of the same process.

A synchronous stream would be read whole before its first byte is sent. So a thread of its own makes one piece at a
time, when the one before it was handed over, and the event loop only waits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import close_old_connections, connections

PIECE = 256 * 1024
PAUSE_SECONDS = 0.002  # between pieces, so that frames of calls have their turn


async def in_a_thread(begin: Callable[[], Iterator[bytes]]) -> AsyncIterator[bytes]:
    """The pieces of the iterator that `begin` makes, each made in one thread that has its own database connection.

    When the reader goes away, the iterator is closed in that thread, and its connection with it.
    """
    loop = asyncio.get_running_loop()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="export")
    pieces: Iterator[bytes] | None = None
    try:
        await loop.run_in_executor(thread, close_old_connections)
        pieces = await loop.run_in_executor(thread, begin)
        while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
            yield piece
            await asyncio.sleep(PAUSE_SECONDS)
    finally:
        thread.submit(_leave, pieces)  # not awaited: whoever went away cannot wait
        thread.shutdown(wait=False)


def _leave(pieces: Iterator[bytes] | None) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()
    connections.close_all()


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def by_way_of_a_file(write: Callable[[Path], None], name: str) -> Iterator[bytes]:
    """What `write` puts into a file that exists no longer than it is read."""
    with TemporaryDirectory(prefix="callwright-") as folder:
        path = Path(folder) / name
        write(path)
        yield from pieces_of(path)
