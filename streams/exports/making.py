"""Large exports: written by a worker to a file that its owner fetches within a day. A row holds what must be done."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from streams import bell
from streams.exports import csv_file, xlsx_file
from streams.exports.asking import asked_from
from streams.exports.reading import reader_of
from streams.exports.tables import TABLES
from streams.models import Export, ExportState

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 5_000  # so many are sent at once, by the web process, beside its calls; more go to a worker
KEPT = timedelta(hours=24)
ROW_KEPT = timedelta(days=30)
SILENCE = timedelta(minutes=3)  # a worker that gave no sign for so long is dead
SIGN_EVERY = 5_000  # rows
MOST_TRIES = 3
MOST_WAITING = 5  # of one person


class Stopped(Exception):
    """The export is not ours any more: another worker has it, or its time is over."""


def folder() -> Path:
    """Where the files are. Every web process and every worker must see the same folder."""
    found = Path(settings.VAR_DIR) / "exports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(export: Export) -> Path:
    """The file of an export; it is there while the export is ready."""
    return folder() / f"{export.name}.{export.format}"


def make(export_pk: int) -> bool:
    """Write the file, unless somebody does already; may run any number of times. Whether it was written now."""
    if not _claimed(export_pk):
        return False
    export = Export.objects.select_related("by").get(pk=export_pk)
    part = path_of(export).with_suffix(".part")
    try:
        _write(export, part)
        size = part.stat().st_size
        part.rename(path_of(export))
    except Stopped:
        return False
    except Exception as error:
        log.warning("Export %s could not be written (%s).", export_pk, type(error).__name__)
        _failed(export, error)
        return False
    finally:
        part.unlink(missing_ok=True)
    now = timezone.now()
    ready = {"state": ExportState.READY, "ready_at": now, "expires_at": now + KEPT, "size": size, "error": ""}
    return bool(_ours(export).update(**ready))


def _claimed(export_pk: int) -> bool:
    """Take it, in one UPDATE: what waits, and what a dead worker left."""
    now = timezone.now()
    free = Q(state=ExportState.WAITING) | Q(state=ExportState.WORKING, seen_at__lt=now - SILENCE)
    mine = Export.objects.filter(free, pk=export_pk, tries__lt=MOST_TRIES)
    return bool(mine.update(state=ExportState.WORKING, seen_at=now, tries=F("tries") + 1, rows_done=0))


def _ours(export: Export) -> Any:
    return Export.objects.filter(pk=export.pk, state=ExportState.WORKING, tries=export.tries)


def _write(export: Export, part: Path) -> None:
    table, asked = TABLES[export.table], asked_from(export.asked)
    reader = reader_of(export.by)
    if not (export.by.is_active and table.is_for(reader)):
        raise PermissionError(export.table)
    if export.rows is None:
        Export.objects.filter(pk=export.pk).update(rows=table.count(asked))
    rows = _telling(export, table.rows_for(asked, reader))
    if export.format == "xlsx":
        xlsx_file.write(part, table.title, table.shown_to(reader), rows)
        return
    with part.open("wb") as file:
        for chunk in csv_file.chunks(table.shown_to(reader), rows, bom=export.bom):
            file.write(chunk)


def _telling(export: Export, rows: Iterator[Any]) -> Iterator[Any]:
    """The same rows, with a sign of life now and then. Raises `Stopped` once somebody else has the export."""
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % SIGN_EVERY == 0 and not _ours(export).update(rows_done=done, seen_at=timezone.now()):
            raise Stopped
    _ours(export).update(rows_done=done, seen_at=timezone.now())


def _failed(export: Export, error: Exception) -> None:
    """Wait for another try, or give up and say why, in words without data."""
    over = export.tries >= MOST_TRIES or isinstance(error, PermissionError)
    why = (
        "The person who asked may not see this any more."
        if isinstance(error, PermissionError)
        else (f"It could not be written ({type(error).__name__}).")
    )
    _ours(export).update(state=ExportState.FAILED if over else ExportState.WAITING, error=why)


# --- What the sweeper does ----------------------------------------------------------------------------------------


def ring_for_exports(now: datetime) -> int:
    """Exports that no worker was rung for, or whose worker died. What was tried too often has failed."""
    lost = Export.objects.filter(state=ExportState.WORKING, seen_at__lt=now - SILENCE)
    failed = lost.filter(tries__gte=MOST_TRIES)
    if failed.exists():  # a look locks nobody out
        failed.update(state=ExportState.FAILED, error="Its worker stopped, three times.")
    waiting = Export.objects.filter(
        Q(state=ExportState.WAITING, asked_at__lt=now - timedelta(seconds=20))
        | Q(state=ExportState.WORKING, seen_at__lt=now - SILENCE)
    )
    pks = list(waiting.values_list("pk", flat=True)[:20])
    for pk in pks:
        ring(pk)
    return len(pks)


def clear_away(now: datetime) -> int:
    """Delete files whose time is over, and rows a month later."""
    over = list(Export.objects.filter(state=ExportState.READY, expires_at__lt=now)[:200])
    for export in over:
        path_of(export).unlink(missing_ok=True)
        Export.objects.filter(pk=export.pk).update(state=ExportState.GONE)
    old = Export.objects.filter(asked_at__lt=now - ROW_KEPT).exclude(state__in=["ready", "working"])
    if old.exists():
        old.delete()
    return len(over)


def throw_away() -> int:
    """Delete every file now, whoever asked for it; who is still writing one finds it gone. Returns how many."""
    kept = Export.objects.filter(state__in=[ExportState.READY, ExportState.WORKING, ExportState.WAITING])
    for export in kept:
        path_of(export).unlink(missing_ok=True)
        path_of(export).with_suffix(".part").unlink(missing_ok=True)
    return int(kept.update(state=ExportState.GONE))


def ring(export_pk: int) -> None:
    """Have a worker make it, once its row is stored. A dead broker is no error: the sweeper rings again."""
    from django.db import transaction

    transaction.on_commit(partial(bell.ring, "make_export", export_pk), robust=True)
