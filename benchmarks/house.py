"""Starts the servers to be measured, each on the first core, and keeps the generator on the second."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
APART = len(CORES) > 1


@dataclass(frozen=True)
class Running:
    """One server under measure."""

    name: str
    port: int
    pid: int


@contextlib.contextmanager
def running(*names: str) -> Iterator[list[Running]]:
    """These servers, up and listening; ended afterwards."""
    if APART:
        os.sched_setaffinity(0, {CORES[1]})
    first_in_line()
    processes, servers = [], []
    for name in names:
        port = free_port()
        core = str(CORES[0] if APART else -1)
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.servers", name, str(port), core], start_new_session=True
        )
        processes.append(process)
        servers.append(Running(name, port, process.pid))
    try:
        for server, process in zip(servers, processes, strict=True):
            while not answers(server.port):
                if process.poll() is not None:
                    raise SystemExit(f"The server {server.name} did not start.")
                time.sleep(0.05)
        yield servers
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def first_in_line() -> None:
    """Where we may, go before all else that runs here: it is not to be measured. Linux weighs sessions first."""
    with contextlib.suppress(OSError):
        os.nice(-20)
        Path("/proc/self/autogroup").write_text("-20")


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def about_this_machine() -> str:
    """A line for the head of a report."""
    apart = "server and generator on a core each" if APART else "server and generator on ONE core: not comparable"
    first = "first in line" if os.geteuid() == 0 else "beside whatever else runs here"
    load = f"load average {os.getloadavg()[0]:.1f}"
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {apart}, {first}, {load}"
