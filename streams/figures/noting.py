"""The figures of one call, made from its log, its outcome and its current charges; again whenever one changes."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum

from streams.billing.kinds import AI, STREAM
from streams.figures import ears, repeats
from streams.figures.goals import goals_in, kinds_in
from streams.figures.rollups import changed, day_of
from streams.figures.tallies import COST, COST_UNITS
from streams.figures.told import Told
from streams.figures.visits import Line, Visit, visits_of
from streams.models import Call, CallFigures, CallSummary, Charge, CueMark, OutcomeKind, StepVisit, Tally
from streams.reports.one_call import seconds_of, zero
from streams.reports.spent import Billed

DOLLARS = "USD"
COSTS = {STREAM: "stream_cost", AI: "ai_cost"}  # what a kind of charge is added to; legs and whatever else to the legs
DEAR_OF = timedelta(days=30)  # the calls that a dear one is compared with


def note_figures(call_pk: int) -> CallFigures | None:
    """Make the figures of this call say what is known now; None for a test call, and for one that is not over.

    May be called any number of times, by several workers at once.
    """
    with transaction.atomic():
        call = _over(call_pk)
        if call is None:
            return None
        before = CallFigures.objects.filter(pk=call_pk).first()
        figures = _made(call, before)
        days = {day_of(figures.began_at), *([day_of(before.began_at)] if before else [])}
        changed(days)
    repeats.mend(figures.caller_hash, figures.began_at)
    if before and before.caller_hash != figures.caller_hash:
        repeats.mend(before.caller_hash, before.began_at)
    return figures


def _over(call_pk: int) -> Call | None:
    rows = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("version")
    call = rows.filter(pk=call_pk, rehearsal=None).first()
    return call if call and call.ended_at else None


def _made(call: Call, before: CallFigures | None) -> CallFigures:
    log = [Line(*row) for row in call.events.values_list("seq", "at", "kind", "step", "data")]
    bill = list(Charge.objects.current().filter(call=call, currency=DOLLARS).order_by("pk"))
    told = _told(call, log)
    costs = _costs(bill)
    visits = _visits(call, log, bill)
    _write_visits(call, visits)
    moods = _moods(call.pk, before)
    heard = ears.Heard(told, costs["cost"], _dear(call), moods["mood_start"], moods["mood_end"], _cues(call))
    outbound = call.direction == "outbound"
    caller_hash = repeats.hash_of(call.called if outbound else call.caller)
    slowest = call.agent_turns.aggregate(slowest=Max("latency_ms"))["slowest"]
    made, _ = CallFigures.objects.update_or_create(
        call=call,
        defaults={
            "began_at": call.began_at,
            "flow_id": call.version.flow_id if call.version else None,
            "version_id": call.version_id,
            "number": call.caller if outbound else call.called,
            "language": before.language if before and not call.state else _language(call),
            # a number that is no longer kept leaves its hash
            "caller_hash": caller_hash or (before.caller_hash if before else ""),
            "seconds": round(sum(visit.seconds for visit in visits)),
            "slowest_ms": slowest,
            "ears": ears.reasons(heard),
            **{name: getattr(told, name) for name in FLAGS},
            **costs,
            **moods,
        },
    )
    return made


FLAGS = (
    *("answered", "short", "entered", "goal", "asked_person", "transferred", "gave_up"),
    "seconds_to_person",
)


def _told(call: Call, log: Sequence[Line]) -> Told:
    snapshot = call.snapshot
    return Told(
        log=log,
        ending=call.outcome_kind,
        answered=call.answered_at is not None or any(line.kind == "answered" for line in log),
        lasted=float(seconds_of(call) or 0.0),
        kinds=kinds_in(snapshot),
        goals=goals_in(snapshot),
    )


def _costs(bill: Sequence[Charge]) -> dict[str, Decimal]:
    found = dict.fromkeys(("stream_cost", "leg_cost", "ai_cost", "cost"), Decimal(0))
    for charge in bill:
        found[COSTS.get(charge.kind, "leg_cost")] += charge.amount
        found["cost"] += charge.amount
    return found


def _visits(call: Call, log: Sequence[Line], bill: Sequence[Charge]) -> list[Visit]:
    ended = call.ended_at or zero(call)
    return visits_of(
        call.pk,
        log,
        [Billed(charge.source_key, charge.kind, charge.amount, charge.seconds, charge.step) for charge in bill],
        (ended - zero(call)).total_seconds(),
        hung_up=call.outcome_kind == OutcomeKind.CALLER,
    )


def _write_visits(call: Call, visits: Sequence[Visit]) -> None:
    call.visits.all().delete()
    StepVisit.objects.bulk_create(
        StepVisit(call=call, **{name: getattr(visit, name) for name in Visit.__slots__}) for visit in visits
    )


def _moods(call_pk: int, before: CallFigures | None) -> dict[str, str]:
    """How the caller felt at the start and at the end, as the summary tells, or told as long as it was kept."""
    told = CallSummary.objects.filter(call=call_pk).first() or before
    return {"mood_start": told.mood_start if told else "", "mood_end": told.mood_end if told else ""}


def _cues(call: Call) -> tuple[str, ...]:
    """The cues with an alert that were said, by their names."""
    names = CueMark.objects.filter(call=call, alerts=True).order_by("name").values_list("name", flat=True)
    return tuple(names.distinct())


def _language(call: Call) -> str:
    """The language callers heard: the one that the call was last in, else the flow's own."""
    snapshot: Any = call.snapshot or {}
    return str(call.state.get("language") or snapshot.get("language") or "")[:12]


def _dear(call: Call) -> Decimal | None:
    """What 99 of 100 calls of this flow did not exceed in the days before."""
    if call.version is None:
        return None
    day = day_of(call.began_at)
    tallied = Tally.objects.filter(what=COST, flow=call.version.flow_id, day__gte=day - DEAR_OF, day__lt=day)
    costs = {int(value): times for value, times in tallied.order_by().values_list("value").annotate(Sum("times"))}
    return ears.dear(costs, COST_UNITS)
