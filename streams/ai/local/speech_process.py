"""Offline speech, in processes of its own. Any thread may ask; each answer is a future.

Not `ProcessPoolExecutor`: that re-runs the main program in every child (all of Django), leaves its children behind when
the parent is killed, loses every waiting request when one child crashes, and cannot end a request that hangs. Here a
process is a plain child with one pipe, and one thread here waits for it: when either end is gone the other notices.
"""

import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from streams.ai.provider import ProviderError, ProviderRefused, ProviderTimedOut, ProviderUnavailable

ANSWERS_WITHIN = 6.0  # seconds; a long prompt takes a tenth of one, and a grammar that runs away never ends
PROJECT = Path(__file__).resolve().parents[3]


class _Process:
    """One child and our end of its pipe."""

    def __init__(self) -> None:
        self.line, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-m", "streams.ai.local.speech_worker", str(theirs.fileno())]
            # Standard input is not ours to give away: a terminal may be listening for keys.
            self.child = subprocess.Popen(  # noqa: S603
                command, cwd=PROJECT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )

    def ask(self, name: str, arguments: tuple[Any, ...]) -> Any:
        try:
            self.line.send((name, arguments))
            if not self.line.poll(ANSWERS_WITHIN):
                raise ProviderTimedOut("The offline speech engine took too long and was started anew.")
            how, result = self.line.recv()
        except (EOFError, OSError) as gone:
            raise ProviderUnavailable("The offline speech engine stopped and was started anew.") from gone
        if how == "done":
            return result
        raise (ProviderRefused if how == "refused" else ProviderError)(result)

    @property
    def is_alive(self) -> bool:
        return self.child.poll() is None

    def end(self) -> None:
        self.line.close()
        self.child.kill()
        self.child.wait()


class SpeechProcess:
    """Up to `processes` children, each started when first needed, replaced when it crashed or hung."""

    def __init__(self, processes: int = 1) -> None:
        self._size = max(1, processes)
        self._lock = threading.Lock()
        self._owner = 0

    def ask(self, name: str, *arguments: Any) -> Future[Any]:
        """Send a request of `speech_worker.REQUESTS`. The future raises `ProviderError`, nothing else."""
        with self._lock:
            if self._owner != os.getpid():  # the first request, or this is a fork: threads and pipes are not shared
                self._idle: queue.LifoQueue[_Process | None] = queue.LifoQueue()
                for _ in range(self._size):
                    self._idle.put(None)
                self._threads = ThreadPoolExecutor(self._size, thread_name_prefix="speech")
                self._owner = os.getpid()
            try:
                return self._threads.submit(self._serve, self._idle, name, arguments)
            except RuntimeError as error:  # the interpreter is shutting down
                return _failed(ProviderUnavailable(str(error)))

    def warm(self) -> Future[Any]:
        """Start a process and load its models; takes about half a second."""
        return self.ask("warm")

    def close(self) -> None:
        """End the children. The next request starts anew."""
        with self._lock:
            if self._owner != os.getpid():
                return
            self._owner = 0
            threads, idle = self._threads, self._idle
        threads.shutdown(cancel_futures=True)
        while not idle.empty():
            if process := idle.get_nowait():
                process.end()

    @staticmethod
    def _serve(idle: "queue.LifoQueue[_Process | None]", name: str, arguments: tuple[Any, ...]) -> Any:
        """Runs in one of our threads: take an idle process, ask it, and put it back unless it is broken."""
        process = idle.get()
        try:
            if process is None or not process.is_alive:
                process = _Process()
            return process.ask(name, arguments)
        except OSError as error:
            raise ProviderUnavailable("The offline speech engine could not be started.") from error
        except (ProviderUnavailable, ProviderTimedOut):
            if process is not None:
                process.end()
            process = None
            raise
        finally:
            idle.put(process)


def _failed(error: ProviderError) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
