"""Removing what is older than its rule, a few calls at a time. Each batch is whole, so it may stop anywhere, and short,
so that whoever calls meanwhile waits for none."""

import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from streams import recordings
from streams.batches import batches
from streams.models import Call, CarrierMessage, CarrierRecord
from streams.models.reconciling import UnreadableRecord
from streams.models.retention import Gone, RetentionRun
from streams.retention.forgetting import blank_messages, blank_records, blank_unreadable
from streams.retention.rules import Rule, due, rules

AT_ONCE = 200  # calls that are looked up together
IN_ONE_GO = 5  # calls in one transaction
AT_A_STRETCH = 120.0  # seconds before other tasks get their turn
STRAYS = "strays"  # what the carrier told of calls that are none of ours
UNPROVEN = "unproven"  # recordings of callers of whom nothing proves that they heard the notice: there should be none


def run(now: datetime | None = None, *, seconds: float = AT_A_STRETCH) -> bool:
    """Remove what is due. False when there is more to do: run it again."""
    now = now or datetime.now(UTC)
    night = RetentionRun.objects.create(began_at=now)
    until = time.monotonic() + seconds
    removed: dict[str, int] = {}
    finished = all(_follow(rule, now, until, removed) for rule in rules())
    if strays := _forget_strays(now):
        removed[STRAYS] = strays
    if unproven := recordings.erase(recordings.unproven()[:AT_ONCE]):
        removed[UNPROVEN] = unproven
    night.removed, night.ended_at = removed, datetime.now(UTC)
    night.save(update_fields=["removed", "ended_at"])
    return finished


def forget(rule: Rule, calls: list[int], at: datetime) -> None:
    """Remove one kind from these calls, and note that it is gone, both or neither."""
    with transaction.atomic():
        rule.kind.forget(calls)
        Gone.objects.bulk_create(
            [Gone(call_id=call, kind=rule.kind.name, at=at) for call in calls], ignore_conflicts=True
        )


def _follow(rule: Rule, now: datetime, until: float, removed: dict[str, int]) -> bool:
    while calls := list(due(rule, now).values_list("pk", flat=True)[:AT_ONCE]):
        for some in batches(calls, IN_ONE_GO):
            forget(rule, some, now)
        removed[rule.kind.name] = removed.get(rule.kind.name, 0) + len(calls)
        if time.monotonic() > until:
            return False
    return True


def _forget_strays(now: datetime) -> int:
    """Messages and records that belong to no call of ours have no flow, so the rules of the site hold for them."""
    days = {rule.kind.name: rule.days for rule in rules() if rule.flow is None}
    touched = 0
    if days["carrier"] is not None:
        ours = Call.objects.filter(call_uuid=OuterRef("call_uuid"))
        old = CarrierMessage.objects.filter(received_at__lt=now - timedelta(days=days["carrier"]))
        touched += blank_messages(old.exclude(Exists(ours)))
    if days["numbers"] is not None:
        since = now - timedelta(days=days["numbers"])
        touched += blank_records(CarrierRecord.objects.filter(fetched_at__lt=since))
        touched += blank_unreadable(UnreadableRecord.objects.filter(seen_at__lt=since))
    return touched
