"""What operations are told of engines that fail on calls, and of texts and transfers that the site itself refused: one
open trouble for each, until it works again or was not met for long. Sync."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from streams.models import EngineTrouble

log = logging.getLogger(__name__)

FORGOTTEN_AFTER = timedelta(hours=1)  # without another failure
REFUSALS_FORGOTTEN_AFTER = timedelta(days=1)  # without another: nothing works again that would tell of their end
REFUSALS = ("text", "transfer")  # what stands for an ability


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


def refused(call_pk: int, what: str, whom: str, why: str) -> None:
    """A text or a transfer (`what`) of this call, known to builders as `whom`, was not sent out."""
    log.warning("A %s of call %s was refused: %s", what, call_pk, why)
    note(call_pk, {"ability": what, "engine": whom[:40], "fault": "refused", "what": why})


def over(ability: str, engine: str) -> None:
    """It works again."""
    EngineTrouble.objects.filter(ability=ability, engine=engine, over_at=None).update(over_at=datetime.now(UTC))


def close_old(now: datetime) -> None:
    """What has not failed for long is no trouble any more."""
    EngineTrouble.objects.filter(over_at=None).exclude(_met_lately(now)).update(over_at=now)


def open_now() -> list[EngineTrouble]:
    """What is wrong at the moment, the latest first."""
    return list(EngineTrouble.objects.filter(_met_lately(datetime.now(UTC)), over_at=None))


def _met_lately(now: datetime) -> Q:
    of_the_day = Q(ability__in=REFUSALS, last_at__gte=now - REFUSALS_FORGOTTEN_AFTER)
    return of_the_day | Q(last_at__gte=now - FORGOTTEN_AFTER)
