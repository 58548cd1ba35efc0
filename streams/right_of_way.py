"""Who writes first where all writers share one lock, as they do in SQLite: calls.

SQLite has no queue. Whoever finds its lock taken sleeps and looks again, at last every tenth of a second, so a worker
that stores a month of figures, a few milliseconds each time, can keep a caller out for seconds. Therefore a call that
wants to write holds up a flag until it has SQLite's lock, and everybody else lets the flag go down before they ask for
that lock. The flag is a file lock beside the database: it works between processes, and falls with whoever held it.
"""

import contextlib
import fcntl
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

PATIENCE_SECONDS = 1.0  # then others write all the same: a line that is never quiet must not stop the books
LOOK_SECONDS = 0.002  # between two looks at the flag
CALL_BUSY_SECONDS = 8.0  # how long a call's connection waits for the lock; who asked has given up after ten
WRITES = re.compile(r"\s*(BEGIN|INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)

_this_thread = threading.local()


@contextlib.contextmanager
def of_a_call() -> Iterator[None]:
    """What this thread writes within is a call's: it goes before pages, commands and the worker."""
    before = is_of_a_call()
    _this_thread.is_of_a_call = True
    try:
        yield
    finally:
        _this_thread.is_of_a_call = before


def is_of_a_call() -> bool:
    """Whether what this thread writes now is a call's."""
    return getattr(_this_thread, "is_of_a_call", False)


def keep(connection: Any, **_: Any) -> None:
    """Have a new connection keep to the right of way; for the signal `connection_created`. Only SQLite needs it."""
    if connection.vendor != "sqlite" or not os.path.exists(str(connection.settings_dict["NAME"])):
        return
    if is_of_a_call():
        connection.connection.execute(f"PRAGMA busy_timeout = {int(CALL_BUSY_SECONDS * 1000)}")
    if _in_turn not in connection.execute_wrappers:
        connection.execute_wrappers.append(_in_turn)


def _in_turn(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around every statement: what takes SQLite's lock waits for its turn. Once it is taken, nothing is in the way."""
    connection = context["connection"]
    if connection.connection is None or connection.connection.in_transaction or not WRITES.match(sql):
        return execute(sql, params, many, context)
    with _turn(f"{connection.settings_dict['NAME']}-calls"):
        return execute(sql, params, many, context)


@contextlib.contextmanager
def _turn(flag: str) -> Iterator[None]:
    """Hold up the flag, if this is a call; else wait until it is down."""
    handle = os.open(flag, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if is_of_a_call():
            fcntl.flock(handle, fcntl.LOCK_SH)  # any number of calls at once; others hold it for a look only
        else:
            _let_calls_pass(handle)
        yield
    finally:
        os.close(handle)


def _let_calls_pass(handle: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_SECONDS)
        else:
            fcntl.flock(handle, fcntl.LOCK_UN)
            return
