"""What operations are told of engines that fail on calls: one open trouble for each, until it works again. Sync."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from streams.models import EngineTrouble

FORGOTTEN_AFTER = timedelta(hours=1)  # without another failure


def note(call_pk: int, data: Mapping[str, Any]) -> None:
    """An engine failed on this call; `data` is that of the log's line `engine_failed`."""
    now = datetime.now(UTC)
    close_old(now)
    ability, engine = str(data.get("ability", "")), str(data.get("engine", ""))
    said = {"fault": str(data.get("fault", "")), "sentence": str(data.get("what", ""))[:300]}
    mine = EngineTrouble.objects.filter(ability=ability, engine=engine, over_at=None)
    if mine.update(times=F("times") + 1, last_at=now, last_call=call_pk, **said):
        return
    try:
        with transaction.atomic():
            EngineTrouble.objects.create(
                ability=ability, engine=engine, first_at=now, last_at=now, last_call_id=call_pk, **said
            )
    except IntegrityError:  # another process was first
        mine.update(times=F("times") + 1, last_at=now, last_call=call_pk, **said)


def over(ability: str, engine: str) -> None:
    """It works again."""
    EngineTrouble.objects.filter(ability=ability, engine=engine, over_at=None).update(over_at=datetime.now(UTC))


def close_old(now: datetime) -> None:
    """What has not failed for long is no trouble any more."""
    EngineTrouble.objects.filter(over_at=None, last_at__lt=now - FORGOTTEN_AFTER).update(over_at=now)


def open_now() -> list[EngineTrouble]:
    """What is wrong at the moment, the latest first."""
    since = datetime.now(UTC) - FORGOTTEN_AFTER
    return list(EngineTrouble.objects.filter(over_at=None, last_at__gte=since))
