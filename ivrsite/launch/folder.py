"""One launcher per folder of data: a lock that the system drops when its holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def claimed(var: Path, *, command: str) -> Iterator[None]:
    """Hold `var` for this process. Raises `SystemExit` with a sentence when another one has it."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = var / "launcher.pid"
    with path.open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.seek(0)
            raise SystemExit(already_running(command, held.read().strip())) from None
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield


def already_running(command: str, pid: str) -> str:
    """What to say to the second one."""
    return (
        f"`make {command}` is already running in this folder (process {pid}). Stop it with Ctrl-C there, or: kill {pid}"
    )
