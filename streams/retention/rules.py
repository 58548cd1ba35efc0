"""Which calls have lost their right to which data: the rules, and the calls that are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from streams.models import Call
from streams.models.retention import Gone, RetentionRule
from streams.retention.kinds import KINDS, Kind

SITE = "site"  # a flow keeps a kind as long as the site does


@dataclass(frozen=True, slots=True)
class Rule:
    """`days` None: for ever. `flow` None: on every flow that has no rule of its own, those in `others`."""

    kind: Kind
    days: int | None
    flow: int | None = None
    others: tuple[int, ...] = ()


def rules() -> list[Rule]:
    """All rules that hold now, in the order of the kinds. One query."""
    stored: dict[str, dict[int | None, int | None]] = {}
    for name, flow, days in RetentionRule.objects.values_list("kind", "flow", "days"):
        stored.setdefault(name, {})[flow] = days
    found = []
    for kind in KINDS:
        own = stored.get(kind.name, {})
        others = tuple(flow for flow in own if flow is not None)
        found.append(Rule(kind, own.get(None, kind.days), None, others))
        found += [Rule(kind, own[flow], flow) for flow in others]
    return found


def kept(flow: int | None) -> dict[str, Any]:
    """How long each kind is kept, by its name: days, None for ever, or SITE on a flow without a rule of its own."""
    own = dict(RetentionRule.objects.filter(flow=flow).values_list("kind", "days"))
    return {kind.name: own.get(kind.name, kind.days if flow is None else SITE) for kind in KINDS}


def change(flow: int | None, wanted: dict[str, Any], *, by: Any) -> None:
    """Keep each kind so long from now on; see `kept`."""
    with transaction.atomic():
        for name, days in wanted.items():
            stored = RetentionRule.objects.filter(flow=flow, kind=name)
            if days == SITE:
                stored.delete()
            elif not stored.filter(days=days).exists():
                stored.delete()
                RetentionRule.objects.create(flow_id=flow, kind=name, days=days, changed_by=by)


def would_go(flow: int | None, wanted: dict[str, Any], now: datetime) -> dict[str, int]:
    """Of how many calls more each kind would be removed next night, if it were kept so long; those of none left out."""
    before = rules()
    with transaction.atomic():
        change(flow, wanted, by=None)
        after = rules()
        transaction.set_rollback(True)
    found: dict[str, int] = {}
    for kind in KINDS:
        more = _tonight(after, kind, now) - _tonight(before, kind, now)
        if more > 0:
            found[kind.name] = more
    return found


def tonight(now: datetime) -> dict[str, int]:
    """Of how many calls each kind will be removed next night."""
    every = rules()
    return {kind.name: _tonight(every, kind, now) for kind in KINDS}


def _tonight(every: list[Rule], kind: Kind, now: datetime) -> int:
    return sum(due(rule, now).order_by().count() for rule in every if rule.kind is kind)


def due(rule: Rule, now: datetime) -> QuerySet[Call]:
    """The calls that are over for longer than the rule allows, and still have what it is about. The oldest first."""
    if rule.days is None:
        return Call.objects.none()
    gone = Gone.objects.filter(call=OuterRef("pk"), kind=rule.kind.name)
    over = Call.objects.filter(ended_at__lt=now - timedelta(days=rule.days)).exclude(Exists(gone))
    if rule.flow is not None:
        return over.filter(_on([rule.flow])).order_by("ended_at")
    return over.exclude(_on(rule.others)).order_by("ended_at") if rule.others else over.order_by("ended_at")


def _on(flows: list[int] | tuple[int, ...]) -> Q:
    """Calls on these flows, and test calls of them."""
    return Q(version__isnull=False, version__flow__in=flows) | Q(rehearsal__isnull=False, rehearsal__flow__in=flows)
