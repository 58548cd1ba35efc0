"""Database work off the event loop, on a small pool of threads of its own.

Channels' and asgiref's default is one thread for the whole process: one slow query there would hold up every call that
wants to begin or end. Frames of audio never come here at all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

from streams.right_of_way import of_a_call

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8  # as many as the connections that one process keeps
DEADLINE_SECONDS = 10.0

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")


async def query(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` on a pool thread. Raises `TimeoutError` after ten seconds, though the thread then still runs."""

    @of_a_call()
    def run() -> R:
        close_old_connections()
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    loop = asyncio.get_running_loop()
    # Not `wait_for`: in Python 3.11 it takes a cancellation for a result that comes at the same moment, and whoever was
    # to end goes on for ever.
    async with asyncio.timeout(DEADLINE_SECONDS):
        return await loop.run_in_executor(_pool, run)
