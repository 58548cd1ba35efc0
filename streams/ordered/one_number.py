"""One number at a time: whoever counts the calls to a number, and then orders one more, has it to themselves. Sync."""

import hashlib

from django.db import connection


def hold(number: str) -> None:
    """Wait until nobody else holds this number, and hold it to the end of this transaction: a few milliseconds, for the
    carrier is asked after it.

    No row stands for a number, and locking those that have it would cross the path of a call that ends. On SQLite
    nobody else is within a transaction that writes, so there is nothing to wait for.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(number)])


def _key(number: str) -> int:
    """Two numbers with the same key would wait for each other, and no more."""
    return int.from_bytes(hashlib.sha256(f"ordered:{number}".encode()).digest()[:8], signed=True)
