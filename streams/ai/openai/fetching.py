"""Audio from a vendor's HTTP client, read by a task of its own. Pure.

Clients read through several generators, one in the other. Closing the outermost leaves the others to the garbage
collector, which ends them some time later, and in a loop that is about to end too late. A task that is cancelled while
it waits for the network unwinds all of them at once.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator


async def fetched(
    pieces: AsyncIterator[bytes], *, first_seconds: float, next_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The pieces, as they come. Raises what reading them raises, and `TimeoutError` for one that is late."""
    waiting: asyncio.Queue[bytes | Exception] = asyncio.Queue()
    fetching = asyncio.create_task(_fetch(pieces, waiting), name="fetching audio")
    within = first_seconds
    try:
        while True:
            async with asyncio.timeout(within):
                piece = await waiting.get()
            if isinstance(piece, Exception):
                raise piece
            if not piece:
                return
            yield piece
            within = next_seconds
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


async def _fetch(pieces: AsyncIterator[bytes], waiting: "asyncio.Queue[bytes | Exception]") -> None:
    """Hand on what comes; b"" is the end."""
    try:
        async for piece in pieces:
            if piece:
                waiting.put_nowait(piece)
        waiting.put_nowait(b"")
    except Exception as error:  # it is for whoever waits
        waiting.put_nowait(error)
