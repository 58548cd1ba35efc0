"""The carrier's records, kept: one row for each state, and nothing for a state that is the newest already."""

import hashlib
import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from streams.models import CarrierRecord, UnreadableRecord
from streams.reconciling.reading import Told, digest_of, storable

MOST_OF_IT = 2000  # characters of a record that makes no sense


def keep(told: Told) -> bool:
    """Keep this state of a record; False when the newest that is kept says the same."""
    if not is_news(told):
        return False
    newest = newest_state(told.kind, told.carrier_id)
    states = CarrierRecord.objects.filter(kind=told.kind, carrier_id=told.carrier_id, digest=told.digest)
    digest = _once_more(told.digest, newest) if newest and states.exists() else told.digest
    try:
        with transaction.atomic():
            CarrierRecord.objects.create(**asdict(told) | {"digest": digest})
    except IntegrityError:  # somebody else has just kept it
        return False
    return True


def is_news(told: Told) -> bool:
    """Whether `keep` would keep it. Digests are compared, for not every database gives a number back as it was."""
    states = CarrierRecord.objects.filter(kind=told.kind, carrier_id=told.carrier_id).order_by("-pk")
    newest, before = (*states.only("digest")[:2], None, None)[:2]
    if newest is None:
        return True
    again = _once_more(told.digest, before) if before else ""
    return newest.digest not in (told.digest, again)


def _once_more(digest: str, before: CarrierRecord) -> str:
    """The digest of a state that came back, told apart by the one before it: a state is kept once under its own."""
    return hashlib.sha256(f"{digest}:{before.pk}".encode()).hexdigest()


def newest_state(kind: str, carrier_id: str) -> CarrierRecord | None:
    """The state of a record that counts."""
    return CarrierRecord.objects.filter(kind=kind, carrier_id=carrier_id).order_by("-pk").first()


def note_unreadable(kind: str, call_uuid: str, record: Any, why: str, day: date) -> None:
    """Keep what makes no sense, once, for a person to look at."""
    UnreadableRecord.objects.update_or_create(
        digest=digest_of([kind, record]),
        defaults={"seen_at": timezone.now()},
        create_defaults={
            "kind": kind,
            "call_uuid": call_uuid[:80],
            "why": why[:200],
            "raw": json.dumps(storable(record), ensure_ascii=False)[:MOST_OF_IT],
            "day": day,
        },
    )


def forget_unreadable(day: date, not_since: datetime, *, also_streams: bool) -> None:
    """Forget what made no sense in the books of this day, and has not been seen since."""
    gone = UnreadableRecord.objects.filter(day=day, seen_at__lt=not_since)
    (gone if also_streams else gone.filter(kind="call")).delete()
