"""The looks: each asks the database for the figures that one kind of rule watches, in one query or two.

A look gives back every subject that has a figure, high or low; a subject that is missing has none, which counts as 0.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.utils import timezone

from streams import engines, troubles
from streams.alerts.finding import Finding
from streams.budgets.burn import burns
from streams.models import (
    MAX_TRIES,
    AgentTurn,
    AlertRule,
    Announcement,
    Budget,
    Call,
    CallEvent,
    CallList,
    CarrierMessage,
    CueMark,
    FlowSwitch,
    Heartbeat,
    OutcomeKind,
)
from streams.models.outbound import ListState
from streams.outbound.standstill import standstill
from streams.reconciling.open_items import unreconciled
from streams.reports.latency import rank
from streams.reports.mishaps import JOBS, SOME_JOB
from streams.reports.words import length, money

WORKER = "worker"
WORKER_IS_AWAY = "The worker or its clock does not run"
CUES_ALONE = 10  # calls of one hour on which the same cue was said that are told one by one
BOOKS_GO_BACK = timedelta(days=35)
TOO_SHORT = timedelta(seconds=8)  # a call that lasts less may end before anything is said
STANDS_STILL = timedelta(minutes=5)  # the carrier cannot be asked for calls; less is over before anybody looks
NOT_COUNTED = ("sweep", "hangup")  # ends of streams whose process did not live to tell how many frames came
SAID = ("prompt_started", "house_said", "agent_said")  # lines of a log that mean a caller was sent something


def budgets(rule: AlertRule, now: datetime) -> list[Finding]:
    """Each budget's share, as percent of the first of its own thresholds; its level is the threshold it has reached.

    A new period is another subject, so that its first threshold is told of again.
    """
    watched = Budget.objects.filter(active=True).select_related("flow", "number")
    return [
        Finding(
            subject=f"budget {burn.budget.pk} {timezone.localdate(burn.period.began)}",
            value=burn.share * 100 / min(burn.budget.thresholds),
            title=f"Budget of {burn.budget.of}: {burn.level} % reached",
            figure=burn.in_words(),
            level=burn.level,
            behind=calls_behind(burn.period.began, flow=burn.budget.flow_id),
        )
        for burn in burns(watched, now)
    ]


def faults(rule: AlertRule, now: datetime) -> list[Finding]:
    """By flow, the percent of its finished calls in the window in which something failed."""
    since = now - rule.window
    calls = Call.objects.filter(watched(rule), rehearsal=None, began_at__gte=since).exclude(outcome_kind="").order_by()
    by_flow = calls.values_list("version__flow", "version__flow__name")
    failed = Count("pk", filter=Q(outcome_kind=OutcomeKind.FAULT))
    return [
        Finding(
            subject=f"flow {flow}",
            value=Decimal(100 * bad) / n,
            title=f"Faults on {name or 'numbers without a flow'}",
            figure=f"{bad} of {n} calls {_within(rule)} had a fault, {100 * bad // n} %",
            behind=calls_behind(since, flow=flow, outcome_kind__exact=OutcomeKind.FAULT.value),
        )
        for flow, name, n, bad in by_flow.annotate(n=Count("pk"), bad=failed)
        if n >= rule.at_least
    ]


def silent(rule: AlertRule, now: datetime) -> list[Finding]:
    """By flow, the answered calls in the window in which nothing was heard, or nothing was sent."""
    since = now - rule.window
    said = CallEvent.objects.filter(call=OuterRef("pk"), kind__in=SAID)
    calls = Call.objects.filter(watched(rule), rehearsal=None, began_at__gte=since)
    ended = calls.filter(ended_at__isnull=False, answered_at__isnull=False)
    unsure = Count("streams", filter=Q(streams__ended_by__in=NOT_COUNTED) | Q(streams__ended_at=None))
    streamed = ended.annotate(frames=Sum("streams__frames"), unsure=unsure).filter(unsure=0, frames__isnull=False)
    found: dict[tuple[int | None, str | None], list[str]] = defaultdict(list)
    rows = streamed.annotate(said=Exists(said)).filter(Q(frames=0) | Q(said=False)).order_by()
    for flow, name, frames, answered, over in rows.values_list(
        "version__flow", "version__flow__name", "frames", "answered_at", "ended_at"
    ):
        if over and answered and over - answered >= TOO_SHORT:
            found[flow, name].append("sent" if frames else "heard")
    return [
        Finding(
            subject=f"flow {flow}",
            value=Decimal(len(why)),
            title=f"Silent calls on {name or 'numbers without a flow'}",
            figure=f"{_many(len(why), 'call')} {_within(rule)} in silence: nothing heard of the caller in "
            f"{why.count('heard')}, nothing sent to the caller in {why.count('sent')}",
            behind=calls_behind(since, flow=flow),
        )
        for (flow, name), why in found.items()
    ]


def slow_answers(rule: AlertRule, now: datetime) -> list[Finding]:
    """By engine, within how many seconds nine of ten AI answers began, on calls that began in the window."""
    since, waits = now - rule.window, defaultdict(list)
    turns = AgentTurn.objects.filter(watched(rule, "call__"), call__began_at__gte=since, call__rehearsal=None)
    for engine, ms in turns.order_by("latency_ms").values_list("engine", "latency_ms"):
        waits[engine].append(ms)
    return [
        Finding(
            subject=f"engine {engine}",
            value=Decimal(ms[rank(len(ms), 90)]) / 1000,
            title=f"Slow answers of {engines.title_of('agent', engine)}{f' on {rule.flow}' if rule.flow else ''}",
            figure=f"1 of 10 of {len(ms)} answers {_within(rule)} took {ms[rank(len(ms), 90)] / 1000:.1f} s or more",
            behind=calls_behind(since, flow=rule.flow_id),
        )
        for engine, ms in waits.items()
        if len(ms) >= rule.at_least
    ]


def engines_down(rule: AlertRule, now: datetime) -> list[Finding]:
    """Each engine that fails on calls, by how often it did."""
    return [
        Finding(
            subject=f"{trouble.ability} {trouble.engine}",
            value=Decimal(trouble.times),
            title=f"{JOBS.get(trouble.ability, SOME_JOB)}: {engines.title_of(trouble.ability, trouble.engine)}",
            figure=f"failed {_many(trouble.times, 'time')}: {trouble.sentence}"[:300],
        )
        for trouble in troubles.open_now()
        if trouble.ability not in troubles.REFUSALS
    ]


def stopped_lists(rule: AlertRule, now: datetime) -> list[Finding]:
    """Each call list that stopped itself, until a person starts or ends it; and the carrier, while no list can call."""
    looked_at = CallList.objects.filter(Q(stopped_itself=True) | Q(state=ListState.RUNNING))
    found, runs = [], False
    for each in looked_at:
        if each.stopped_itself:
            found.append(Finding(f"list {each.pk}", Decimal(1), f"Call list “{each.name}” stopped itself", each.why))
        elif each.why:  # its first words cannot be made
            title = f"Call list “{each.name}” cannot call"
            found.append(Finding(f"list {each.pk} cannot", Decimal(1), title, each.why))
        runs = runs or each.state == ListState.RUNNING
    halt = standstill(now) if runs else None
    if halt and now - halt.since >= STANDS_STILL:
        found.append(Finding("carrier", Decimal(1), "Call lists cannot call", halt.in_words(now)[:300]))
    return found


def worker(rule: AlertRule, now: datetime) -> list[Finding]:
    """For how many minutes the worker gave no sign; nothing before its first one."""
    beat = Heartbeat.objects.filter(part=WORKER).first()
    if beat is None:
        return []
    seconds = max(int((now - beat.at).total_seconds()), 0)
    return [Finding("", Decimal(seconds) / 60, WORKER_IS_AWAY, f"no sign of it for {length(seconds)}")]


def unreconciled_money(rule: AlertRule, now: datetime) -> list[Finding]:
    """The dollars by which the carrier's books, older than the window, differ from ours, and wait for a person."""
    last = timezone.localdate(now - rule.window)
    open_ = unreconciled(last - BOOKS_GO_BACK, last)
    figure = (
        f"{money(open_.amount)} in {_many(open_.things, 'thing')} since {last - BOOKS_GO_BACK:%d %b} wait for a person"
    )
    return [Finding("", open_.amount, "Money that does not add up with the carrier", figure)]


def cues(rule: AlertRule, now: datetime) -> list[Finding]:
    """By call and cue, how often a cue with an alert was said since then. What was said stays in the house.

    Of the calls of one hour so many are told alone; further ones of the same cue are one finding together, for a cue
    that is said on every call would fill every letter box.
    """
    since = now - rule.window
    whole_hours = since.replace(minute=0, second=0, microsecond=0)  # so that it never changes which are told alone
    marks = CueMark.objects.filter(alerts=True, call__rehearsal=None, said_at__gte=whole_hours)
    rows = marks.order_by().values("call", "key", "name", "call__version__flow__name")
    lately = Count("pk", filter=Q(said_at__gte=since))
    counted = rows.annotate(first=Min("said_at"), whole=Count("pk"), times=lately)
    alone: Counter[tuple[str, datetime]] = Counter()
    folded: dict[tuple[str, datetime], list[Mapping[str, Any]]] = defaultdict(list)
    found = []
    for row in sorted(counted, key=lambda row: (row["first"], row["call"])):
        hour = row["key"], row["first"].replace(minute=0, second=0, microsecond=0)
        alone[hour] += row["whole"] >= rule.threshold
        if alone[hour] > CUES_ALONE:
            folded[hour].append(row)
        elif row["times"]:
            found.append(_cue_on_a_call(row))
    return [*found, *(_cue_on_many(key, hour, many) for (key, hour), many in folded.items())]


def _cue_on_a_call(row: Mapping[str, Any]) -> Finding:
    return Finding(
        subject=f"cue {row['key']} call {row['call']}",
        value=Decimal(row["times"]),
        title=f"“{row['name']}” on a call of {row['call__version__flow__name'] or 'a number without a flow'}",
        figure=f"said {_many(row['times'], 'time')} on one call",
        behind=urlencode({"id__exact": row["call"]}),
    )


def _cue_on_many(key: str, hour: datetime, rows: Sequence[Mapping[str, Any]]) -> Finding:
    return Finding(
        subject=f"cue {key} hour {hour:%Y-%m-%d %H}",
        value=Decimal(max(row["times"] for row in rows)),
        title=f"“{rows[-1]['name']}” on more than {CUES_ALONE} calls within an hour",
        figure="further calls of this hour are not told one by one",
        behind=urlencode({"cue": key}),
    )


def parked(rule: AlertRule, now: datetime) -> list[Finding]:
    """The carrier's messages, and records of calls, that were tried too often and wait for a person."""
    messages = CarrierMessage.objects.filter(applied_at=None, attempts__gte=MAX_TRIES).count()
    records = Call.objects.filter(status__in=["ended", "finished"], finalise_attempts__gte=MAX_TRIES).count()
    said = [_many(n, what) for n, what in ((messages, "message of the carrier"), (records, "record of a call")) if n]
    figure = f"{' and '.join(said)} could not be dealt with"
    return [Finding("", Decimal(messages + records), "Something waits for a person", figure)] if said else []


def switched(rule: AlertRule, now: datetime) -> list[Finding]:
    """For how many minutes the AI steps of a flow are off, or an announcement is heard: what people easily forget."""
    off = FlowSwitch.objects.active(now).select_related("flow")
    heard = Announcement.objects.on_the_line(now)
    on = [
        *((f"flow {each.flow_id}", f"AI steps of {each.flow} are off", each.off_since) for each in off),
        *((f"announcement {each.pk}", "Callers hear an announcement", each.ready_at or now) for each in heard),
    ]
    return [
        Finding(subject, Decimal(_seconds(now, since)) / 60, title, f"for {length(_seconds(now, since))}")
        for subject, title, since in on
    ]


def _seconds(now: datetime, since: datetime) -> int:
    return max(int((now - since).total_seconds()), 0)


def watched(rule: AlertRule, to_call: str = "") -> Q:
    """What narrows rows down to calls that this rule is for, over the path to a call: those of its flow, or of all
    flows but those that have a rule of their own."""
    of = f"{to_call}version__flow"
    if rule.flow_id:
        return Q(**{of: rule.flow_id})
    own = AlertRule.objects.filter(kind=rule.kind, active=True).exclude(flow=None)
    flows = list(own.values_list("flow", flat=True))
    return ~Q(**{f"{of}__in": flows}) if flows else Q()


def calls_behind(since: datetime, *, flow: int | None = None, **more: str) -> str:
    """The query of the list of calls that began since then."""
    of_flow = {"version__flow__id__exact": flow} if flow else {}
    return urlencode({"began_at__gte": since.replace(microsecond=0).isoformat(), **of_flow, **more})


def _many(n: int, what: str) -> str:
    """“1 call”, “3 messages of the carrier”."""
    first, *rest = what.split(" ")
    return " ".join([f"{n:,}", first if n == 1 else f"{first}s", *rest])


def _within(rule: AlertRule) -> str:
    return f"in {length(rule.window.total_seconds())}"
