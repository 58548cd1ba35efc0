"""The kinds of rules as a table, and the rules that the product ships with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from flows.models import Flow
from streams.alerts import looks
from streams.alerts.finding import Finding
from streams.models import AlertRule


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be watched. `unit` says what a rule's threshold is; `next` what somebody should do.

    `fields` are the further settings that mean something for it; `usual` are those of the rule that is shipped. The web
    processes look at a kind that is `from_web`, for the worker cannot. One that is `of_flows` may have other limits for
    one flow.
    """

    title: str
    about: str
    unit: str
    look: Callable[[AlertRule, datetime], list[Finding]]
    next: str
    usual: dict[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    page: str = ""  # an address of the site where more is to be seen
    from_web: bool = False
    gone: str = "it is not so any more"
    every_minutes: int = 1  # what takes long is looked at less often
    own_limits: bool = False  # each subject has its own, so the rule's are not set by people
    tells_end: bool = True  # whether people are told that it is over
    of_flows: bool = False

    def title_of(self, rule: AlertRule) -> str:
        """“Faults”, or “Faults on Main line”."""
        return f"{self.title} on {rule.flow}" if rule.flow else self.title

    def opens_when(self, rule: AlertRule) -> str:
        """When it is an alert, as part of a sentence."""
        return self.about.format(
            threshold=f"{rule.threshold.normalize():f}", window=looks.length(rule.window_minutes * 60), n=rule.at_least
        )


KINDS: dict[str, Kind] = {
    "budget": Kind(
        "Budgets",
        "a budget reaches one of its own shares, such as 50, 80 or 100 %",
        "percent of its first share",
        looks.budgets,
        "See which calls cost most, and whether the amount still fits. Callers are never cut off by a budget.",
        {"threshold": 100, "clears_at": 90, "calm_minutes": 0, "remind_hours": 0},
        page="admin:streams_budget_changelist",
        gone="a new period has begun, or the budget is gone",
        own_limits=True,
        tells_end=False,
    ),
    "faults": Kind(
        "Faults",
        "{threshold} % of a flow’s calls within {window} have a fault, of at least {n} calls",
        "percent of the calls",
        looks.faults,
        "Open the calls behind it: each page begins with what went wrong. If they began with a new version, go back.",
        {"threshold": 20, "clears_at": 10, "at_least": 10, "window_minutes": 60},
        ("window_minutes", "at_least"),
        of_flows=True,
    ),
    "silent": Kind(
        "Silent calls",
        "{threshold} calls of a flow within {window} pass in silence",
        "calls",
        looks.silent,
        "Call the number yourself. Silence on both sides mostly means that the carrier cannot reach the audio address.",
        {"threshold": 3, "clears_at": 1, "window_minutes": 60},
        ("window_minutes",),
        of_flows=True,
    ),
    "slow": Kind(
        "Slow answers",
        "1 of 10 AI answers within {window} takes {threshold} s or more, of at least {n} answers",
        "seconds",
        looks.slow_answers,
        "Test the engine on its page. If it stays slow, choose another for the step, or a smaller model.",
        {"threshold": 4, "clears_at": 3, "at_least": 20, "window_minutes": 30},
        ("window_minutes", "at_least"),
        page="admin:streams_engines",
        of_flows=True,
    ),
    "engine": Kind(
        "Engines",
        "an engine has failed {threshold} times on calls",
        "failures",
        looks.engines_down,
        "Callers go on without it. Test it on the page of engines, which says what it answers.",
        {"threshold": 3, "clears_at": 0, "calm_minutes": 0},
        page="admin:streams_engines",
    ),
    "worker": Kind(
        "The worker",
        "the worker gives no sign for {threshold} minutes",
        "minutes",
        looks.worker,
        "Start the worker and the clock again (celery worker, celery beat). Calls are served; their records come late.",
        {"threshold": 5, "clears_at": 2, "calm_minutes": 0},
        from_web=True,
    ),
    "money": Kind(
        "Money that does not add up",
        "${threshold} or more of charges older than {window} differ from the carrier’s books",
        "dollars",
        looks.unreconciled_money,
        "Open the reconciliation: the days that do not add up come first, each with what a person can decide.",
        {"threshold": 1, "clears_at": Decimal("0.5"), "calm_minutes": 0, "window_minutes": 3 * 24 * 60},
        ("window_minutes",),
        page="admin:streams_reconciliation",
        every_minutes=60,
    ),
    "lists": Kind(
        "Call lists that stopped",
        "{threshold} or more call lists stopped themselves, since too many of their calls were abandoned, or "
        "cannot call, since the carrier cannot be asked",
        "call lists",
        looks.stopped_lists,
        "Open the list: it says what happened. Start one that stopped itself again when that is mended. One that "
        "cannot call goes on by itself.",
        {"threshold": 1, "clears_at": 0, "calm_minutes": 0},
        page="admin:streams_calllist_changelist",
        gone="it calls again, or was stopped for good",
    ),
    "cue": Kind(
        "Cues on calls",
        "a cue that raises an alert is said {threshold} times or more on a call",
        "times on one call",
        looks.cues,
        "Open the call: it marks where it was said. A call that goes on can be followed at the operations desk.",
        {"threshold": 1, "clears_at": 0, "calm_minutes": 0, "remind_hours": 0, "window_minutes": 60},
        ("window_minutes",),
        page="admin:streams_cue_changelist",
        gone="it was said a while ago",
        tells_end=False,
    ),
    "parked": Kind(
        "Messages that wait",
        "messages of the carrier or records of calls that were tried too often wait for a person, {threshold} or more",
        "messages and records",
        looks.parked,
        "Open the list of carrier messages: each says why it failed.",
        {"threshold": 1, "clears_at": 0, "calm_minutes": 0},
        page="admin:streams_carriermessage_changelist",
    ),
    "switched": Kind(
        "Emergencies",
        "the AI steps of a flow are off, or callers hear an announcement, for {threshold} minutes",
        "minutes",
        looks.switched,
        "End it on the page “Emergency” as soon as the line is well again.",
        {"threshold": 5, "clears_at": 0, "calm_minutes": 0},
        page="admin:streams_emergency",
        gone="somebody ended it",
    ),
}


def ship_rules(**_: Any) -> None:
    """Create the rules that the product ships with, each once; what a site set stays.

    Follows every `migrate`, also one that stops before there is a table of rules.
    """
    if AlertRule._meta.db_table not in connection.introspection.table_names():
        return
    shipped = [AlertRule(key=name, kind=name, **kind.usual) for name, kind in KINDS.items()]
    AlertRule.objects.bulk_create(shipped, ignore_conflicts=True)


@transaction.atomic
def for_one_flow(rule: AlertRule, flow: Flow) -> AlertRule:
    """A rule for this flow alone, stored; it begins as a copy of the one of all flows."""
    told = list(rule.endpoints.all())
    names = [field.attname for field in AlertRule._meta.concrete_fields]
    copied = {name: getattr(rule, name) for name in names if name not in ("id", "key", "flow_id", "looked_at")}
    own = AlertRule.objects.create(**copied | {"key": f"{rule.key}-{flow.pk}", "flow": flow, "active": True})
    own.endpoints.set(told)
    return own
