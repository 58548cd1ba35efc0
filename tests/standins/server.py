"""One loopback port on which vendors' stand-ins answer, in the test's own event loop or in a thread beside it."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Protocol

from aiohttp import web


class Part(Protocol):
    """One vendor's surface."""

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """What it answers, by method and path."""
        ...


@asynccontextmanager
async def serving(*parts: Part, port: int = 0) -> AsyncIterator[str]:
    """Serve these parts in the running loop; gives the address without a path, such as `http://127.0.0.1:41234`.

    A part that gave a wrong frame, or broke otherwise, makes the end of this block raise what it raised.
    """
    broken: list[Exception] = []

    @web.middleware
    async def noticing(request: web.Request, handler: Any) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(request)
        except (web.HTTPException, ConnectionError):  # an answer, and a client that went away
            raise
        except Exception as error:
            broken.append(error)
            raise
        return response

    app = web.Application(client_max_size=32 * 1024 * 1024, middlewares=[noticing])
    for part in parts:
        app.add_routes(part.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
    if broken:
        raise broken[0]


@contextmanager
def serving_beside(*parts: Part) -> Iterator[str]:
    """The same in a thread with a loop of its own, for tests and programs that are not asynchronous."""
    broken: list[Exception] = []
    loop, started, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    address = ""

    async def serve() -> None:
        nonlocal address
        try:
            async with serving(*parts) as address:
                started.set()
                await over.wait()
        except Exception as error:  # of a part; whoever opened this block is to hear of it
            broken.append(error)

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not started.wait(10):
        raise RuntimeError("The stand-in did not start.")
    try:
        yield address
    finally:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(over.set)
        thread.join(5)
        loop.close()
    if broken:
        raise broken[0]
