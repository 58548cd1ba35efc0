"""The AI steps of a flow, off and on again: new calls begin with it, live ones are asked. Sync."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from flows.models import Flow
from streams.desk import audit, news
from streams.directing import AGENTS_OFF, AGENTS_ON
from streams.models import Announcement, Call, CallStatus, FlowSwitch
from streams.sharing.unmasking import name_of

DIRECT = "streams.direct_lines"


def is_off(flow_pk: int) -> bool:
    """Whether the AI steps of this flow are switched off now."""
    return FlowSwitch.objects.active().filter(flow_id=flow_pk).exists()


def off() -> list[FlowSwitch]:
    """What is switched off now, the latest first."""
    return list(FlowSwitch.objects.active().select_related("flow"))


def on_lines() -> list[str]:
    """What is switched for whole lines now, in a few words each."""
    return [
        *(["Callers hear an announcement"] if Announcement.objects.on_the_line().exists() else []),
        *(f"AI steps of {each.flow} are off" for each in off()),
    ]


def of_flow(flow_pk: int) -> list[str]:
    """What is switched for the live calls of this flow, in a few words each."""
    heard = Announcement.objects.on_the_line().filter(Q(every_line=True) | Q(flows=flow_pk))
    return [
        *(["AI steps are off on live calls"] if is_off(flow_pk) else []),
        *(["Callers hear an announcement"] if heard.exists() else []),
    ]


def switch_off(flow: Flow, *, by: Any, reason: str = "", until: datetime | None = None) -> FlowSwitch:
    """Let the calls of this flow go on without its AI steps. Raises `PermissionDenied`, which is kept."""
    may(by, AGENTS_OFF, flow)
    with transaction.atomic():
        _end(flow, timezone.now())
        switch = FlowSwitch.objects.create(flow=flow, by=by, done_by=name_of(by), reason=reason[:200], until=until)
        audit.note(by, None, AGENTS_OFF, flow=flow, reason=reason[:200], until=until.isoformat() if until else "")
        _tell(flow, AGENTS_OFF)
    return switch


def switch_off_by_rule(flow: Flow, now: datetime, *, rule: str, reason: str, until: datetime) -> FlowSwitch:
    """The same where no person does it: `rule` is what does, in words. Whoever may can switch them on again."""
    with transaction.atomic():
        _end(flow, now)
        switch = FlowSwitch.objects.create(
            flow=flow, off_since=now, done_by=rule[:160], reason=reason[:200], until=until
        )
        _tell(flow, AGENTS_OFF)
    return switch


def switch_on(flow: Flow, *, by: Any) -> None:
    """Let its AI steps talk again. Raises `PermissionDenied`, which is kept."""
    may(by, AGENTS_ON, flow)
    with transaction.atomic():
        if _end(flow, timezone.now()):
            audit.note(by, None, AGENTS_ON, flow=flow)
            _tell(flow, AGENTS_ON)


def may(by: Any, act: str, flow: Flow | None = None) -> None:
    """Refuse, and keep that it was tried, unless this person may act on whole lines."""
    if not by.has_perm(DIRECT):
        audit.note(by, None, audit.REFUSED, flow=flow, wanted=act)
        raise PermissionDenied


def _end(flow: Flow, now: datetime) -> int:
    return FlowSwitch.objects.active(now).filter(flow=flow).update(over_at=now)


def _tell(flow: Flow, act: str) -> None:
    """Ask the processes that carry calls of this flow; tests from a browser go on as they were."""
    live = Call.objects.filter(version__flow=flow, rehearsal=None, status=CallStatus.LIVE, ended_at=None)
    for pk in live.values_list("pk", flat=True):
        transaction.on_commit(partial(news.ask, pk, act), robust=True)
