"""The tests' database made and put right quickly. Only SQLite has short cuts here that PostgreSQL has not.

A worker that starts copies what all migrations make from the last run, if none has changed since; what follows every
migrate (roles, permissions, guards, what the site ships) is made anew. A test that commits ends with the pages of the
database copied back, a fiftieth of what Django's flush takes.
"""

import hashlib
import inspect
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import TransactionTestCase


def template(folder: Path) -> Path:
    """Where the database of these very migrations is kept. Those of others are removed."""
    sources = {inspect.getfile(type(each)) for each in MigrationLoader(None).disk_migrations.values()}
    content = [Path(source).read_bytes() for source in sorted(sources)]
    digest = hashlib.sha256(b"\0".join([django.__version__.encode(), *content])).hexdigest()
    return folder / f"{digest[:16]}.sqlite3"


@contextmanager
def beginning_from(path: Path) -> Iterator[None]:
    """In here the test database begins as this file. Where there is none, what all migrations made is written there,
    before anything else is put into the database.
    """
    if path.exists():
        shutil.copyfile(path, connection.settings_dict["TEST"]["NAME"])
    emit = migrate.emit_post_migrate_signal

    def kept(*arguments: Any, **options: Any) -> None:
        if not path.exists():
            for older in path.parent.glob("*.sqlite3"):
                older.unlink(missing_ok=True)
            beside = path.with_suffix(f".{os.getpid()}")
            beside.write_bytes(connection.connection.serialize())
            beside.replace(path)
        emit(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "emit_post_migrate_signal", kept)
        yield


def putting_back(new: sqlite3.Connection) -> Callable[[TransactionTestCase], None]:
    """What ends a test that commits: the database is as new. Numbers go on, as they do after Django's flush, so that
    nothing that is remembered of a row is taken for another's.
    """
    numbers = "SELECT name, seq FROM sqlite_sequence"

    def put_back(_: TransactionTestCase) -> None:
        connection.ensure_connection()
        reached = connection.connection.execute(numbers).fetchall()
        new.backup(connection.connection)
        connection.connection.execute("DELETE FROM sqlite_sequence")
        connection.connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", reached)
        ContentType.objects.clear_cache()

    return put_back
