"""Starting, watching and stopping real processes. Each leads a group of its own, so that nothing of it stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TAIL_LINES = 12
STOP_SECONDS = 12.0  # longer than the web process gives its consumers to finish
COMMAND_SECONDS = 2.0
SOON = 30.0  # seconds; a process that ends twice within this will not get better by being started again


@dataclass
class Child:
    """One process of the site. `title` is what people read; `log` is where its output goes."""

    title: str
    command: list[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0

    def last_lines(self) -> str:
        """The end of its log, indented."""
        if not self.log.exists():
            return ""
        with self.log.open(errors="replace") as lines:
            return "".join(f"  | {line.rstrip()}\n" for line in deque(lines, maxlen=TAIL_LINES))


@dataclass
class Household:
    """All processes of one launcher. Call `stop` at the end; if that never happens, `orphans.py` does it."""

    environment: dict[str, str]
    asked_to_stop: threading.Event = field(default_factory=threading.Event)
    children: list[Child] = field(default_factory=list)
    _caretaker: "subprocess.Popen[bytes] | None" = None

    def start(self, child: Child) -> None:
        """Start a process that is to stay, its output appended to its log."""
        child.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with child.log.open("ab") as log:
            child.process = self._spawn(child.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        child.started = time.monotonic()
        if child not in self.children:
            self.children.append(child)

    def run(self, command: list[str], *, log: Path | None = None) -> int | None:
        """Run a command to its end, on the screen or into a log. None when we were asked to stop meanwhile."""
        with log.open("ab") if log else contextlib.nullcontext() as output:
            process = self._spawn(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while process.poll() is None and not self.asked_to_stop.wait(0.05):
                self.look()
            finished = process.poll()
        finally:
            self._end([process], COMMAND_SECONDS)
        return finished

    def look(self) -> None:
        """Start again what ended by itself. Raises `SystemExit` when it ends again soon."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            status, lasted = child.process.returncode, time.monotonic() - child.started
            self._bury(child.process)
            child.process = None
            told = f"{child.title} ended by itself ({in_words(status)}). The end of {child.log}:\n{child.last_lines()}"
            if lasted < SOON:
                raise SystemExit(f"{told}It did not last {SOON:.0f} seconds, so everything is stopped.")
            print(f"{told}Starting it again.", flush=True)
            self.start(child)

    def stop(self) -> None:
        """Ask every process to end, wait, and kill what remains."""
        self._end([child.process for child in self.children if child.process is not None], STOP_SECONDS)
        self.children.clear()
        if self._caretaker is not None and self._caretaker.stdin is not None:
            self._caretaker.stdin.close()
            self._caretaker.wait()

    def _spawn(self, command: list[str], **streams: Any) -> "subprocess.Popen[bytes]":
        self._hire_caretaker()  # first: a launcher killed right after the next line leaves nothing behind
        process = subprocess.Popen(command, env=self.environment, start_new_session=True, **streams)
        self._tell(f"+{process.pid}\n")
        return process

    def _end(self, running: "list[subprocess.Popen[bytes]]", patience: float) -> None:
        """Ask these processes to end, wait for all of them up to `patience` seconds, and bury them."""
        for process in running:
            process.terminate()
        deadline = time.monotonic() + patience
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            self._bury(process)

    def _bury(self, process: "subprocess.Popen[bytes]") -> None:
        """Kill what is left of a process and its group, and forget it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell(f"-{process.pid}\n")

    def _hire_caretaker(self) -> None:
        """Start the process that ends the others should this one be killed."""
        if self._caretaker is None:
            command = [sys.executable, "-S", str(Path(__file__).with_name("orphans.py"))]
            self._caretaker = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def _tell(self, news: str) -> None:
        """Keep the caretaker informed of what it may have to end."""
        assert self._caretaker is not None
        assert self._caretaker.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._caretaker.stdin.write(news.encode())
            self._caretaker.stdin.flush()


def in_words(status: int) -> str:
    """An exit status for people."""
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
