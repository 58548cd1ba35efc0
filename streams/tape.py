"""Stores the recordings of live calls: one thread per process, off the frame path, like the writer of the log.

Pieces wait in memory until they are stored, up to a bound for all calls together; what comes beyond it is dropped and
counted, so a database that is away costs seconds of recordings and never the memory of the process.
"""

import logging
import queue
import threading
import time
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from streams.audio import mulaw
from streams.event_log import DATABASE_AWAY, KEEP_TRYING_SECONDS
from streams.models import Call, CallRecording, RecordingPiece
from streams.recorder import Piece
from streams.right_of_way import of_a_call

log = logging.getLogger(__name__)

MOST_BYTES = 64_000_000  # that wait to be stored: an hour of calls
PEAK = mulaw.RATE // 10  # samples for each stroke of the waveform
LOUDEST_BITS = 7  # 16-bit amplitudes become 0 to 255


@dataclass(frozen=True, slots=True)
class _Kept:
    call_pk: int
    piece: Piece
    lost: int  # samples of this call that were dropped before it

    @property
    def bytes(self) -> int:
        return len(self.piece.caller) + len(self.piece.line)


class TapeWriter:
    """Stores pieces in the order they were given."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[_Kept | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._waiting = 0  # bytes
        self._lost: dict[int, int] = {}

    def keep(self, call_pk: int, piece: Piece) -> None:
        """Store this piece of the call's recording soon. Never blocks; full memory drops it."""
        with self._lock:
            kept = _Kept(call_pk, piece, self._lost.pop(call_pk, 0))
            if self._waiting + kept.bytes > MOST_BYTES:
                self._lose(kept)
                return
            self._waiting += kept.bytes
        self._give(kept)

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything given so far is stored; False when it took longer than `timeout` seconds."""
        done = threading.Event()
        self._give(done)
        return done.wait(timeout)

    def _lose(self, kept: _Kept) -> None:
        """Count what is lost; the next piece of its call tells it."""
        self._lost[kept.call_pk] = self._lost.get(kept.call_pk, 0) + kept.lost + len(kept.piece.caller)

    def _give(self, item: "_Kept | threading.Event") -> None:
        self._queue.put(item)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tape-writer", daemon=True)
                self._thread.start()

    @of_a_call()
    def _run(self) -> None:
        while True:
            item = self._queue.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            is_stored = _store_or_give_up(item)
            with self._lock:
                self._waiting -= item.bytes
                if not is_stored:
                    self._lose(item)
            if self._queue.empty():
                connection.close()


def _store_or_give_up(kept: _Kept) -> bool:
    """Store a piece, as soon as the database is there; False when it was given up."""
    give_up, pause = time.monotonic() + KEEP_TRYING_SECONDS, 0.05
    while True:
        try:
            close_old_connections()
            store(kept.call_pk, kept.piece, lost=kept.lost)
            return True
        except DATABASE_AWAY:
            if time.monotonic() > give_up:
                log.error("The database did not come back; a piece of a recording is lost.")  # noqa: TRY400
                return False
            time.sleep(pause)
            pause = min(pause * 2, 2.0)
        except Exception as error:  # what cannot be stored must not hold up the recordings of other calls
            log.error("A piece of a recording could not be stored (%s).", type(error).__name__)  # noqa: TRY400
            return False


def store(call_pk: int, piece: Piece, *, lost: int = 0) -> None:
    """Add a piece to the recording of this call, which begins with it if there is none. The same place counts once."""
    begins_at, ends_at = piece.place / mulaw.RATE, (piece.place + len(piece.caller)) / mulaw.RATE
    made = packed(piece)
    with transaction.atomic():
        if not Call.objects.filter(pk=call_pk).exists():
            return  # erased meanwhile
        whole, _ = CallRecording.objects.get_or_create(
            call_id=call_pk, defaults={"begins_at": begins_at, "ends_at": begins_at}
        )
        _, is_new = RecordingPiece.objects.get_or_create(recording=whole, place=piece.place, defaults=made)
        if is_new:
            CallRecording.objects.filter(pk=whole.pk).update(
                ends_at=Greatest(F("ends_at"), ends_at),
                bytes=F("bytes") + len(made["caller"]) + len(made["line"]),
                lost_seconds=F("lost_seconds") + lost / mulaw.RATE,
            )


def packed(piece: Piece) -> dict[str, Any]:
    """A piece as its row holds it."""
    return {
        "samples": len(piece.caller),
        "caller": zlib.compress(piece.caller, 1),
        "line": zlib.compress(piece.line, 1),
        "peaks": peaks(piece.caller) + peaks(piece.line),
    }


def peaks(audio: bytes) -> bytes:
    """The loudest of each tenth of a second of mu-law, 0 to 255."""
    whole = audio + mulaw.SILENCE * (-len(audio) % PEAK)
    loudness = np.abs(mulaw.decode(whole).astype(np.int32)).reshape(-1, PEAK).max(axis=1)
    return bytes((loudness >> LOUDEST_BITS).astype(np.uint8).tobytes())


writer = TapeWriter()
