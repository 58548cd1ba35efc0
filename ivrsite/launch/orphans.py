"""Ends the processes of a launcher that was killed. Run as a file, standard library only.

The launcher holds the other end of our standard input and writes `+PID` for each process it started and `-PID` for each
that ended. When it dies, however it dies, the input ends, and what is left is ended here. Every PID leads a group.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 8.0  # the web process gives its calls a goodbye, the worker finishes its tasks


def main() -> None:
    """Read until the launcher is gone, then end what it left."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    left: set[int] = set()
    for line in sys.stdin:
        change = left.add if line.startswith("+") else left.discard
        change(int(line[1:]))
    end(left)


def end(pids: set[int]) -> None:
    """Ask each process to end, then kill what remains of its group."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.1)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """The process exists. It is no child of ours, so this is all there is to ask."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
