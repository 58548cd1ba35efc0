"""Messages that came while the database was away: files that survive a crash, one each, until they are taken in.

`VAR_DIR/spool` is readable by its owner only. A message that comes again finds its file and adds none.
"""

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseTrouble

from streams.webhooks.inbox import DATABASE_AWAY, Message, take

log = logging.getLogger(__name__)

MOST_FILES = 20_000  # a night without a database; beyond it the carrier is told to try again


def folder() -> Path:
    """Where the files are."""
    return Path(settings.VAR_DIR) / "spool"


def keep(message: Message, *, instead: bool = False) -> Path:
    """Write the message to disk; it is safe when this returns. Raises `OSError` when there is no room.

    `instead`: it replaces what the same message said before, as when a caller was asked to hold, and then in vain.
    """
    home = folder()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(message.key)
    if path.exists() and not instead:
        return path
    if len(os.listdir(home)) >= MOST_FILES:
        raise OSError(f"{home} holds {MOST_FILES} messages already")
    text = json.dumps({**asdict(message), "received_at": message.received_at.isoformat()})
    handle, partial = tempfile.mkstemp(dir=home, suffix=".part")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError:
        Path(partial).unlink(missing_ok=True)
        raise
    _sync(home)
    return path


def kept(key: str) -> Message | None:
    """The message with this key, if it waits here."""
    path = _path(key)
    return _read(path) if path.exists() else None


def _path(key: str) -> Path:
    return folder() / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def replay_spool() -> int:
    """Take in what waits, oldest first; returns how many. Stops, without an error, while the database is away."""
    waiting = [(message.received_at, path, message) for path in folder().glob("*.json") if (message := _read(path))]
    taken = 0
    for _, path, message in sorted(waiting, key=lambda one: one[0]):
        try:
            take(message)
        except DATABASE_AWAY:
            break
        except DatabaseTrouble as error:  # tables that are not there yet, say: it stays for the next time
            log.error("A spooled message could not be taken in (%s): %s", type(error).__name__, path.name)
            continue
        path.unlink(missing_ok=True)
        taken += 1
    return taken


def _read(path: Path) -> Message | None:
    """The message of a file. One that cannot be read is put aside, for a person to look at."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Message(**{**stored, "received_at": datetime.fromisoformat(stored["received_at"])})
    except FileNotFoundError:
        return None  # another process took it in
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.error("A spooled message cannot be read (%s) and was put aside: %s", type(error).__name__, path.name)
        path.replace(path.with_suffix(".unreadable"))
        return None


def _sync(home: Path) -> None:
    """Make the file's name as durable as its content."""
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
