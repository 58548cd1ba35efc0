"""The call's log: what happened, written as it happens, by one writer per process, off the frame path.

`append` writes at once and is for webhooks and tasks. A live session hands its lines to the `EventWriter`, whose
thread stores them in small batches: a kill loses at most what happened in the last tenth of a second.
"""

import asyncio
import contextlib
import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Max

from streams.models import Call, CallEvent
from streams.right_of_way import of_a_call

log = logging.getLogger(__name__)

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
BATCH_SECONDS = 0.05  # how long the writer gathers lines before it stores them
KEEP_TRYING_SECONDS = 30.0  # a database that restarts is back by then
DATABASE_AWAY = (OperationalError, InterfaceError)  # it may come back; any other error is about what was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a call's log. `at` is seconds since the answer; what `data` holds depends on `kind`."""

    at: float
    kind: str
    step: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Write:
    """One thing for the writer: a line, new values of the call's row, a sign of life, or an order."""

    call_pk: int
    entry: Entry | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    order: Callable[[], Any] | None = None


def append(call_pk: int, entries: Iterable[Entry]) -> None:
    """Store these lines behind those the call has. Safe beside other writers of the same call.

    Raises `Call.DoesNotExist` for a call that has no row.
    """
    lines = list(entries)
    if not lines:
        return
    with transaction.atomic():
        Call.objects.select_for_update(no_key=True).only("pk").get(pk=call_pk)  # one writer of this call at a time
        last = CallEvent.objects.filter(call_id=call_pk).aggregate(last=Max("seq"))["last"] or 0
        CallEvent.objects.bulk_create(_row(call_pk, last + n, line) for n, line in enumerate(lines, start=1))


def _row(call_pk: int, seq: int, entry: Entry) -> CallEvent:
    return CallEvent(
        call_id=call_pk, seq=seq, at=round(entry.at, 3), kind=entry.kind, step=entry.step, data=_storable(entry.data)
    )


def _storable(told: Any) -> Any:
    """Without the characters that PostgreSQL does not take, whoever put them there."""
    match told:
        case str():
            return UNSTORABLE.sub("\ufffd", told)
        case Mapping():
            return {_storable(name): _storable(part) for name, part in told.items()}
        case list() | tuple():
            return [_storable(part) for part in told]
    return told


class EventWriter:
    """Stores the lines of every live call of this process, in the order they were given, on a thread of its own."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Write | Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def line(self, call_pk: int, entry: Entry) -> None:
        """Store one line soon. Never blocks."""
        self._give(_Write(call_pk, entry=entry))

    def set(self, call_pk: int, **values: Any) -> None:
        """Set fields of the call's row, after the lines given before. Never blocks."""
        self._give(_Write(call_pk, values=values))

    def order(self, call_pk: int, work: Callable[[], Any]) -> None:
        """Do this, which is idempotent, with the lines given before. Never blocks; outlives the call."""
        self._give(_Write(call_pk, order=work))

    def beat(self, call_pks: Iterable[int]) -> None:
        """These calls are alive."""
        now = datetime.now(UTC)
        for call_pk in call_pks:
            self.set(call_pk, last_heard_at=now)

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything given so far is stored; False when it took longer than `timeout` seconds."""
        done = threading.Event()
        self._give(done.set)
        return done.wait(timeout)

    def then(self, work: Callable[[], None]) -> None:
        """Do this on the writer's thread, after what was given before is stored. Never blocks; errors are logged."""
        self._give(partial(_safely, work))

    def stored(self) -> "asyncio.Future[None]":
        """Done once everything given so far is stored. Holds no thread: many calls may end while a database is slow."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            if not done.done():
                done.set_result(None)

        def from_the_thread() -> None:
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(tell)

        self._give(from_the_thread)
        return done

    def _give(self, item: "_Write | Callable[[], None]") -> None:
        self._queue.put(item)
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="event-writer", daemon=True)
                    self._thread.start()

    @of_a_call()
    def _run(self) -> None:
        while True:
            first = self._queue.get()
            time.sleep(BATCH_SECONDS if isinstance(first, _Write) else 0)
            batch = [first]
            while not self._queue.empty():
                batch.append(self._queue.get())
            self._store([item for item in batch if isinstance(item, _Write)])
            for item in batch:
                if not isinstance(item, _Write):
                    item()

    def _store(self, writes: list[_Write]) -> None:
        by_call: dict[int, list[_Write]] = {}
        for write in writes:
            by_call.setdefault(write.call_pk, []).append(write)
        for call_pk, mine in by_call.items():
            self._store_one(call_pk, mine)
        connection.close()

    def _store_one(self, call_pk: int, writes: list[_Write]) -> None:
        give_up = time.monotonic() + KEEP_TRYING_SECONDS
        values = {name: value for write in writes for name, value in write.values.items()}
        pause = 0.05
        while True:
            try:
                close_old_connections()
                with transaction.atomic():
                    if values:  # the call's row first, as the webhooks do: two orders would be a deadlock
                        Call.objects.filter(pk=call_pk).update(**values)
                    append(call_pk, [write.entry for write in writes if write.entry])
                    for write in writes:
                        if write.order:
                            write.order()
                return
            except Call.DoesNotExist:
                log.warning("A call ended up without its row; %d lines of its log are dropped.", len(writes))
                return
            except DATABASE_AWAY:
                if time.monotonic() > give_up:
                    log.error("The database did not come back; %d lines of a call's log are lost.", len(writes))
                    return
                time.sleep(pause)
                pause = min(pause * 2, 2.0)
            except Exception as error:  # something that cannot be stored: it must not hold up the log of other calls
                if len(writes) == 1:
                    log.error("A line of a call's log could not be stored (%s).", type(error).__name__)  # noqa: TRY400
                    return
                for write in writes:
                    self._store_one(call_pk, [write])
                return


def _safely(work: Callable[[], None]) -> None:
    try:
        close_old_connections()
        work()
    except Exception as error:
        log.error("Something beside a call's log could not be stored (%s).", type(error).__name__)  # noqa: TRY400
    finally:
        connection.close()


writer = EventWriter()
