"""The calls on the line now, and those that ended a moment ago, as rows for the desk. Sync, in few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import F, Prefetch, Q

from flows.models import FlowVersion
from flows.numbers import masked
from streams import engines
from streams.billing.evidence import Evidence
from streams.desk import costs
from streams.desk.watchers import Watcher
from streams.models import Call, CallEvent, CallStatus, LegEvent, Rate, Rehearsal
from streams.reports.names import Names, names_in
from streams.reports.reading import zero
from streams.reports.words import money
from streams.signs_of_life import LISTINGS, gives_signs

FADES_AFTER = timedelta(minutes=1)  # a call that is over is shown so long
MOST = 200  # calls on one page
A_BREATH = timedelta(seconds=3)  # so long the next stream may take, before a caller counts as left in silence
LAST_WAITS = 5  # turns whose latency is shown
HIDDEN_NUMBER = "no number"

WAITS = {"agent_said": "latency_ms", "understood": "ms"}
PLACES = ("entered", "transfer", "transfer_finished", "recording", "recording_finished", "hangup", "apology")
LINES = (*PLACES, *LISTINGS, *WAITS, "used", "engine_failed", "mood", "cue")


@dataclass(frozen=True, slots=True)
class Live:
    """One call as the desk knows it; `row` is what somebody may see of it.

    `seconds` is how long it lasts, or lasted. `doing` says what goes on when it is not the step alone: “speaks with
    Support desk”. `sound`: audio of it comes to us now; `written`: a stream beside a conversation is among it;
    `talks`: the caller was put through, or is being. `moods` is the latest by who: caller, person, or “” for the call.
    `waits` are milliseconds.
    """

    pk: int
    url: str
    caller: str
    direction: str
    flow: str
    version: str
    is_test: bool
    step: str
    doing: str
    seconds: float
    over: bool
    outcome: str
    process: str
    sound: bool
    written: bool
    talks: bool
    parts: list[costs.Part] = field(default_factory=list)
    moods: dict[str, str] = field(default_factory=dict)
    cues: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def row(self, watcher: Watcher) -> dict[str, Any]:
        """This call as this person may see it: JSON."""
        caller = self.caller if watcher.numbers else masked(self.caller)
        parts = [[title, money(amount)] for title, amount in self.parts] if watcher.money else []
        return {
            "pk": self.pk,
            "url": self.url,
            "caller": caller or HIDDEN_NUMBER,
            "direction": self.direction,
            "flow": self.flow,
            "version": self.version,
            "test": self.is_test,
            "step": self.step,
            "doing": self.doing,
            "seconds": round(self.seconds, 1),
            "over": self.over,
            "outcome": self.outcome,
            "process": self.process,
            "sound": self.sound,
            "written": self.written,
            "talks": self.talks,
            "cost": money(costs.total(self.parts)) if watcher.money else "",
            "parts": parts,
            "moods": self.moods if watcher.words else {},  # made of what was said
            "cues": self.cues if watcher.words else [],
            "troubles": self.troubles,
            "waits": self.waits,
        }


def calls(now: datetime | None = None) -> list[Live]:
    """Those on the line, the longest first, then those that ended within a minute."""
    moment = now or datetime.now(UTC)
    known = _prices()
    shown = _on_the_line(moment).select_related("version__flow", "rehearsal").defer(*LARGE).prefetch_related(*ROWS)
    those_on_first = F("ended_at").asc(nulls_first=True)  # where there are too many, what is over gives way
    return [_live(call, known, moment) for call in shown.order_by(those_on_first, "began_at")[:MOST]]


LARGE = ("state", "version__snapshot", "version__report", "rehearsal__snapshot", "rehearsal__page")
ROWS = (
    "streams",
    Prefetch("leg_events", LegEvent.objects.order_by("occurred_at")),
    Prefetch("events", CallEvent.objects.filter(kind__in=LINES).order_by("seq")),
)


def _on_the_line(now: datetime) -> Any:
    is_live = Q(status__in=(CallStatus.RINGING, CallStatus.LIVE), ended_at=None)
    return Call.objects.filter(is_live | Q(ended_at__gte=now - FADES_AFTER))


def _prices() -> Evidence:
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.all():
        rates.setdefault(rate.kind, []).append(rate)
    return Evidence({}, {}, rates)


def names_of(call: Call) -> Names:
    """What the flow of this call calls its steps: read once, for versions and test calls never change."""
    return _of_test(call.rehearsal_id) if call.rehearsal_id else _of_version(call.version_id or 0)


@lru_cache(maxsize=128)
def _of_version(pk: int) -> Names:
    snapshot = FlowVersion.objects.filter(pk=pk).values_list("snapshot", flat=True).first()
    return names_in(snapshot, titles=engines.title_of)


@lru_cache(maxsize=64)
def _of_test(pk: int) -> Names:
    return names_in(Rehearsal.objects.values_list("snapshot", flat=True).get(pk=pk), titles=engines.title_of)


def _live(call: Call, known: Evidence, now: datetime) -> Live:
    lines, names = list(call.events.all()), names_of(call)
    legs, streams = list(call.leg_events.all()), list(call.streams.all())
    used = [line for line in lines if line.kind == "used"]
    coming = [stream for stream in streams if stream.ended_at is None and gives_signs(call, now)]
    entered = next((line.step for line in reversed(lines) if line.kind == "entered"), "")
    return Live(
        pk=call.pk,
        url=call.get_absolute_url(),
        caller=call.called if call.direction == "outbound" else call.caller,
        direction=call.direction,
        flow=call.version.flow.name if call.version else call.line,
        version=f"version {call.version.number}" if call.version else "",
        is_test=call.rehearsal_id is not None,
        step=names.step(entered),
        doing=_doing(call, lines, legs, names) or _silence(call, now),
        seconds=max(((call.ended_at or now) - zero(call)).total_seconds(), 0.0),
        over=call.ended_at is not None,
        outcome=call.outcome,
        process=call.process,
        sound=bool(coming),
        written=any(not stream.bidirectional for stream in coming),
        talks=call.pending.get("do") == "transfer" and bool(call.pending.get("given")),
        parts=costs.so_far(call, streams, legs, used, known, now),
        moods={str(line.data.get("who", "")): str(line.data.get("mood", "")) for line in lines if line.kind == "mood"},
        cues=list(dict.fromkeys(str(line.data.get("name", "")) for line in lines if line.kind == "cue")),
        troubles=_troubles(lines, names),
        waits=_waits(lines),
    )


def _doing(call: Call, lines: Sequence[CallEvent], legs: Iterable[LegEvent], names: Names) -> str:
    """What goes on when it is more than the step tells; "" otherwise."""
    if call.ended_at is not None:
        return ""
    latest = next((line for line in reversed(lines) if line.kind in (*PLACES, *LISTINGS)), None)
    if latest and latest.kind == "unlisted":
        return "is not among the carrier’s calls any more"
    last = next((line for line in reversed(lines) if line.kind in PLACES), None)
    if last is None:
        return "rings" if call.answered_at is None else "begins"
    if last.kind == "recording":
        return "leaves a message"
    if last.kind in ("hangup", "apology"):
        return "is being ended"
    if last.kind != "transfer":
        return ""
    where = names.destination(str(last.data.get("destination", "")))
    return f"{_spoken(call, legs)} {where}"


def _silence(call: Call, now: datetime) -> str:
    """What is wrong when a caller should hear us, and has no stream; "" otherwise, and while one may be on its way."""
    streams = list(call.streams.all())
    if call.ended_at is not None or any(stream.ended_at is None for stream in streams):
        return ""
    since = max((stream.ended_at for stream in streams if stream.ended_at), default=call.began_at)
    return "has no audio" if now - since > A_BREATH else ""


def _spoken(call: Call, legs: Iterable[LegEvent]) -> str:
    """How far a transfer got: put through to whoever was dialled, as far as the carrier told."""
    told: dict[str, set[str]] = {}
    for fact in legs:
        if fact.leg_uuid != call.call_uuid:
            told.setdefault(fact.leg_uuid, set()).add(fact.kind)
    if any("answer" in kinds and "end" not in kinds for kinds in told.values()):
        return "speaks with"
    last = list(told.values())[-1:]
    return "has spoken with" if last and {"answer", "end"} <= last[0] else "is being put through to"


def _troubles(lines: Iterable[CallEvent], names: Names) -> list[str]:
    failed = [line for line in lines if line.kind == "engine_failed"]
    titles = (names.engine(str(line.data.get("ability")), str(line.data.get("engine"))) for line in failed)
    return list(dict.fromkeys(f"{title} failed, and the call went on without it" for title in titles))


def _waits(lines: Iterable[CallEvent]) -> list[int]:
    found = (line.data.get(WAITS.get(line.kind, "")) for line in lines)
    figures = [round(ms) for ms in found if isinstance(ms, int | float) and not isinstance(ms, bool)]
    return figures[-LAST_WAITS:]
