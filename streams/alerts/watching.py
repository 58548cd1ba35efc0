"""One look at everything that is watched: alerts open, rise, go on and end, and each of these is told once.

Any number of workers may look at the same time: whoever changes the row tells of it, in the same transaction.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from streams.alerts import telling
from streams.alerts.finding import Finding
from streams.alerts.kinds import KINDS
from streams.alerts.stance import Limits, Stance, judged
from streams.models import Alert, AlertRule, Heartbeat

log = logging.getLogger(__name__)

UNWATCHED = "it is not watched any more"


def watch(now: datetime, *, from_web: bool = False) -> int:
    """Look at all rules, or at those that only a web process can look at; returns how many alerts are open.

    A look that fails stops no other.
    """
    rules = [
        rule for rule in AlertRule.objects.select_related("flow").prefetch_related("endpoints") if rule.kind in KINDS
    ]
    looked = [rule for rule in rules if KINDS[rule.kind].from_web or not from_web]
    looked.sort(key=lambda rule: KINDS[rule.kind].every_minutes)  # what takes long keeps nothing else waiting
    known: dict[int, dict[str, Alert]] = {rule.pk: {} for rule in looked}
    for alert in Alert.objects.filter(closed_at=None, rule__in=looked):
        known[alert.rule_id][alert.subject] = alert
    for rule in looked:
        if not _is_time(rule, now):
            continue
        try:
            _look(rule, known[rule.pk], now)
        except Exception:
            log.exception("The rule “%s” could not be looked at; the next minute tries again.", rule.key)
    return Alert.objects.filter(closed_at=None).count()


def beat(part: str, now: datetime) -> None:
    """This part of the site runs."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now})


def _is_time(rule: AlertRule, now: datetime) -> bool:
    """Whether this rule is looked at now: each minute, or, where a look takes long, by one worker now and then."""
    every = KINDS[rule.kind].every_minutes
    if every <= 1 or not rule.active:
        return True
    due = Q(looked_at=None) | Q(looked_at__lte=now - timedelta(minutes=every))
    return bool(AlertRule.objects.filter(due, pk=rule.pk).update(looked_at=now))


def _look(rule: AlertRule, known: dict[str, Alert], now: datetime) -> None:
    kind = KINDS[rule.kind]
    if not rule.active:
        for alert in known.values():
            _close(alert, UNWATCHED, now, tells=False)
        return
    found = {finding.subject: finding for finding in kind.look(rule, now)}
    limits = Limits(rule.threshold, rule.clears_at, rule.calm)
    for finding in found.values():
        if finding.subject not in known and judged(Stance(), finding.value, now, limits).is_open:
            _open(rule, finding, now)
    for subject, alert in known.items():
        seen = found.get(subject)
        stance = judged(Stance(True, alert.calm_since), seen.value if seen else Decimal(0), now, limits)
        if stance.is_open:
            _go_on(rule, alert, seen, stance, now)
        else:
            _close(alert, seen.figure if seen else kind.gone, now, tells=kind.tells_end)


def _open(rule: AlertRule, finding: Finding, now: datetime) -> None:
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                rule=rule, subject=finding.subject, opened_at=now, seen_at=now, told_at=now, told=1, **_said(finding)
            )
            telling.tell(alert, "opened", telling.everybody(rule), now)
    except IntegrityError:  # another worker saw it first
        return
    log.warning("Alert %s: %s.", alert.pk, alert.title)


def _go_on(rule: AlertRule, alert: Alert, finding: Finding | None, stance: Stance, now: datetime) -> None:
    if finding and finding.level > alert.level:
        _tell_once(alert, "raised", rule, now, **_said(finding), seen_at=now, calm_since=None, taken_at=None)
    elif _is_due(rule, alert, now):
        _tell_once(alert, "still", rule, now, **_seen(finding, stance, now))
    else:
        Alert.objects.filter(pk=alert.pk, closed_at=None).update(**_seen(finding, stance, now))


def _close(alert: Alert, figure: str, now: datetime, *, tells: bool) -> None:
    with transaction.atomic():
        changed = Alert.objects.filter(pk=alert.pk, closed_at=None).update(closed_at=now, told=F("told") + 1)
        if changed:
            alert.refresh_from_db()
            to = telling.who_was_told(alert) if tells else []
            telling.drop_waiting(alert)
            telling.tell(alert, "over", to, now, figure=figure)


def _tell_once(alert: Alert, event: str, rule: AlertRule, now: datetime, **fields: Any) -> None:
    """Tell everybody of it, unless another worker just did: `told` counts up from what was read."""
    with transaction.atomic():
        this = Alert.objects.filter(pk=alert.pk, closed_at=None, told=alert.told)
        if this.update(told=alert.told + 1, told_at=now, **fields):
            alert.refresh_from_db()
            telling.tell(alert, event, telling.everybody(rule), now)


def _is_due(rule: AlertRule, alert: Alert, now: datetime) -> bool:
    """Whether it is time to say that it is still so: not once somebody took it on."""
    after = timedelta(hours=rule.remind_hours)
    return bool(after) and alert.taken_at is None and now - alert.told_at >= after


def _said(finding: Finding) -> dict[str, Any]:
    return {
        "title": finding.title[:200],
        "figure": finding.figure[:300],
        "value": finding.value,
        "level": finding.level,
        "behind": finding.behind[:400],
    }


def _seen(finding: Finding | None, stance: Stance, now: datetime) -> dict[str, Any]:
    """What a look changes while it goes on. The words stay those of the last time that it was high."""
    if stance.calm_since or not finding:
        return {"calm_since": stance.calm_since}
    return {"calm_since": None, "seen_at": now, "figure": finding.figure[:300], "value": finding.value}


def open_alerts() -> Iterable[Alert]:
    """What is wrong now, what nobody took on first."""
    return Alert.objects.filter(closed_at=None).select_related("rule", "taken_by").order_by("taken_at", "-opened_at")
