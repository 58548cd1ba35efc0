"""Every message of the carrier: stored first and once, then applied once, however often it comes.

Storing and applying are one transaction: where all writers share a lock, a caller waits for it once. A message whose
effect fails stays, with its error, while what the effect wrote does not, and the sweeper applies it again; the effect
and the note that it was applied are one, so it never happens twice.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from streams.models import CarrierMessage

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError)
# A database that hangs on a lock is as good as away: the carrier turns to the fallback after two seconds.
STATEMENT_SECONDS = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing the carrier told or asked. Two with the same `key` are the same message."""

    kind: str
    key: str
    call_uuid: str
    fields: Mapping[str, str]
    received_at: datetime

    @property
    def document(self) -> int:
        """The document that a `continue` message follows."""
        return int(self.key.rpartition(":")[2])

    def hold(self, held: int) -> Mapping[str, Any]:
        """The page that has this asked again in a moment, for the `held`th time."""
        return {"page": "hold", "document": None if self.kind == "answer" else self.document, "held": held}


def take(message: Message) -> Mapping[str, Any]:
    """Store the message, apply it unless that was done, and return the page it is answered with; {} when it failed.

    Raises `DATABASE_AWAY` when the database is.
    """
    with _hurried():
        row = _stored(message)
        try:
            with transaction.atomic():
                return _applied(row)
        except DATABASE_AWAY:
            raise
        except Exception as error:
            log.exception("A %s message could not be applied; the sweeper tries again.", row.kind)
            CarrierMessage.objects.filter(pk=row.pk).update(error=f"{type(error).__name__}: {error}"[:500])
            return {}


def _stored(message: Message) -> CarrierMessage:
    """The message's row; a copy is counted."""
    row, new = CarrierMessage.objects.get_or_create(
        dedupe_key=message.key,
        defaults={
            "kind": message.kind,
            "call_uuid": message.call_uuid,
            "body": dict(message.fields),
            "received_at": message.received_at,
        },
    )
    if not new:
        CarrierMessage.objects.filter(pk=row.pk).update(copies=F("copies") + 1)
    return row


@contextmanager
def _hurried() -> Iterator[None]:
    """A transaction of which no statement takes longer than the carrier waits."""
    milliseconds = int(STATEMENT_SECONDS * 1000)
    with ExitStack() as after:
        if connection.vendor == "sqlite":  # its wait is the connection's, and begins with the transaction
            (usual,) = _execute("PRAGMA busy_timeout")
            after.callback(_execute, f"PRAGMA busy_timeout = {usual}")
            _execute(f"PRAGMA busy_timeout = {milliseconds}")
        after.enter_context(transaction.atomic())
        if connection.vendor == "postgresql":
            _execute(f"SET LOCAL statement_timeout = {milliseconds}")
        yield


def _execute(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if statement.startswith("PRAGMA") else None


def apply(row: CarrierMessage) -> Mapping[str, Any]:
    """Apply a stored message unless that was done, and return its page. Raises what its effect raises."""
    with _hurried():
        return _applied(row)


def _applied(row: CarrierMessage) -> Mapping[str, Any]:
    from streams.webhooks.callbacks import EFFECTS as OF_CALLBACKS
    from streams.webhooks.effects import EFFECTS
    from streams.webhooks.outbound import EFFECTS as OF_LISTS

    row = CarrierMessage.objects.select_for_update().get(pk=row.pk)
    if row.applied_at is None:
        message = Message(
            kind=row.kind,
            key=row.dedupe_key,
            call_uuid=row.call_uuid,
            fields=row.body,
            received_at=row.received_at,
        )
        effect = {**EFFECTS, **OF_CALLBACKS, **OF_LISTS}[row.kind]
        row.reply = dict(effect(message) or {})
        row.applied_at, row.error = timezone.now(), ""
        row.save(update_fields=["reply", "applied_at", "error"])
    return dict(row.reply)
