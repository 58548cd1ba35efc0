"""Which socket may carry which call, and with what it begins. Sync; the consumer runs these off the event loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.db import transaction

from flows.engine.events import CallAnswered, CallResumed, Event, RecordingFinished, TransferFinished
from flows.engine.machine import Flow
from flows.engine.snapshot import load, load_state
from flows.engine.step import State
from flows.engine.tools import REACHABLE
from flows.models import FlowVersion
from streams import notice, tape
from streams.audio import prompts
from streams.billing.prices import usage_prices
from streams.brief import Brief
from streams.calls import note_stream, ring, token_digest
from streams.carriers.carrier import StreamStarted
from streams.desk import announcing, switching
from streams.house_texts import HOUSE_TEXTS
from streams.limits import Close
from streams.models import Call, Rehearsal, Stream
from streams.models.calls import CallStatus
from streams.outbound import beginning
from streams.signs_of_life import gives_signs

MAX_BINDS = 3  # the first stream of a token and two reconnects by the carrier itself
REBIND_WITHIN = timedelta(seconds=10)  # of the drop; later the continue URL has long handed out a new token


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A call that waits for its audio. `tester` is who alone may carry it from a browser; None for callers' calls."""

    call_pk: int
    call_uuid: str
    tester: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a socket may not carry a call: the code to close with, and the reason for our log."""

    code: int
    reason: str


def find(token: str) -> Line | None:
    """The call that this stream token was issued for; None when it is unknown, expired or used up."""
    calls = Call.objects.select_related("rehearsal").defer("rehearsal__snapshot")
    call = calls.filter(token_digest=token_digest(token)).exclude(token_digest="").first()
    if call is None or call.status not in (CallStatus.RINGING, CallStatus.LIVE):
        return None
    if call.version_id is None and call.rehearsal is None:
        return None
    expired = call.token_expires_at is None or call.token_expires_at < datetime.now(UTC)
    if expired and not call.binds:
        return None
    tester = call.rehearsal.by_id if call.rehearsal else None
    return Line(call_pk=call.pk, call_uuid=call.call_uuid, tester=tester)


def bind(line: Line, token: str, started: StreamStarted) -> Brief | Refusal:
    """Tie this stream to its call, and say with what it begins; or why it may not."""
    now = datetime.now(UTC)
    with transaction.atomic():
        call = Call.objects.select_for_update().get(pk=line.call_pk)
        refusal = _why_not(call, token, started, now)
        if refusal:
            return refusal
        call.binds += 1
        call.status = CallStatus.LIVE
        call.answered_at = call.answered_at or now
        call.last_heard_at = now
        resume_with = call.pending.get("resume_with", {})
        call.pending = {}
        call.process = settings.PROCESS_PATH
        call.save(update_fields=["binds", "status", "answered_at", "last_heard_at", "pending", "process"])
        note_stream(
            call,
            source="socket",
            dedupe_key=f"{started.stream_id}:start",
            stream_id=started.stream_id,
            kind="start",
            at=now,
        )
    return _brief(call, resume_with, now)


def _why_not(call: Call, token: str, started: StreamStarted, now: datetime) -> Refusal | None:
    if started.call_uuid != call.call_uuid:
        return Refusal(code=Close.WRONG_CALL, reason="the start names another call")
    if call.token_digest != token_digest(token) or call.status not in (CallStatus.RINGING, CallStatus.LIVE):
        return Refusal(code=Close.NO_SUCH_LINE, reason="the token is not valid any more")
    if Stream.objects.filter(stream_id=started.stream_id).exists():
        return Refusal(code=Close.ALREADY_LIVE, reason="this start was seen before")
    carried = Stream.objects.filter(call=call, ended_at__isnull=True, bidirectional=True)
    if gives_signs(call, now) and carried.exists():
        return Refusal(code=Close.ALREADY_LIVE, reason="another socket carries this call")
    if call.binds:
        last = Stream.objects.filter(call=call, bidirectional=True).order_by("-started_at").first()
        dropped_at = (last.ended_at if last else None) or now
        if call.binds >= MAX_BINDS or now - dropped_at > REBIND_WITHIN:
            return Refusal(code=Close.ALREADY_LIVE, reason="the token was used too often or too long ago")
    return None


def _brief(call: Call, resume_with: Mapping[str, Any], now: datetime) -> Brief:
    rehearsal = call.rehearsal
    flow = rehearsal_in_memory(rehearsal.pk) if rehearsal else version_in_memory(call.version_id or 0)
    answered = call.answered_at or now
    state = load_state(call.state) if call.state else State()
    opening = beginning.opening_of(call, flow)
    at = (now - answered).total_seconds()
    return Brief(
        flow=flow,
        state=state,
        first=_first_event(call, state, resume_with, answered),
        prompts=prompts.library(flow, [*HOUSE_TEXTS, *(opening.all_texts() if opening else ())]),
        further=prompts.further(flow, HOUSE_TEXTS),
        at=at,
        prices=usage_prices(now),
        max_seconds=settings.CALL_MAX_SECONDS,
        is_watched=rehearsal is not None,
        keep_recording=partial(tape.writer.keep, call.pk) if flow.recording else None,
        notice=_notice(call) if flow.recording else notice.DUE,
        opening=opening,
        without_agents=not rehearsal and call.version is not None and switching.is_off(call.version.flow_id),
        announcement=announcing.due(call, flow, now) if not state.turn else None,
    )


def _notice(call: Call) -> str:
    """What came of the notice on an earlier stream of this call."""
    told = call.events.filter(kind__in=(notice.HEARD, notice.REFUSED, notice.UNPROVEN)).order_by("-seq")
    return told.values_list("kind", flat=True).first() or notice.DUE


def _first_event(call: Call, state: State, resume_with: Mapping[str, Any], answered: datetime) -> Event:
    match resume_with:
        case {"event": "transfer", "result": str(result), "seconds": int(seconds)}:
            return TransferFinished(result=result, seconds=seconds)
        case {"event": "recording", "seconds": int(seconds)}:
            return RecordingFinished(seconds=seconds)
    if state.turn:
        return CallResumed()
    began = (call.rehearsal.moment if call.rehearsal else None) or answered
    theirs, ours = (call.called, call.caller) if call.direction == "outbound" else (call.caller, call.called)
    return CallAnswered(began=began.timestamp(), caller=theirs, called=ours, earlier_calls=_earlier_calls(call, theirs))


def _earlier_calls(call: Call, theirs: str) -> int:
    """How often this caller was answered before; a caller who hides the number is new each time. Tests do not count.

    Whoever tests a line says how often their caller called.
    """
    if call.rehearsal:
        return call.rehearsal.earlier_calls
    if not REACHABLE.fullmatch(theirs):
        return 0
    side = "called" if call.direction == "outbound" else "caller"
    before = Call.objects.filter(
        rehearsal=None, direction=call.direction, began_at__lt=call.began_at, **{side: theirs}
    )  # fmt: skip
    return before.filter(answered_at__isnull=False).count()


@lru_cache(maxsize=64)
def version_in_memory(version_pk: int) -> Flow:
    """A published flow, read once per process: versions never change."""
    return load(FlowVersion.objects.get(pk=version_pk).snapshot)


@lru_cache(maxsize=8)
def rehearsal_in_memory(rehearsal_pk: int) -> Flow:
    """The flow of a test call, read once for all its streams: it never changes either."""
    return load(Rehearsal.objects.get(pk=rehearsal_pk).snapshot)


def release(call_pk: int, stream_id: str, *, frames: int, unusable: int, at: datetime) -> None:
    """The socket is gone: its stream ended. Whether the call did, the carrier will tell."""
    call = Call.objects.get(pk=call_pk)
    note_stream(call, source="socket", dedupe_key=f"{stream_id}:stop", stream_id=stream_id, kind="stop", at=at)
    Stream.objects.filter(stream_id=stream_id).update(frames=frames, unusable=unusable)
    ring(call_pk)
