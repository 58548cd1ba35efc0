"""Streams beside a conversation, from the wish to the socket: ordered, found by their token, tied, and over. Sync.

A caller is put through whatever becomes of this: whoever orders beside a dial gets nothing rather than an error.
"""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from streams import bell, lines
from streams.calls import note_stream, ring, token_digest
from streams.carriers.carrier import StreamStarted
from streams.desk import telling
from streams.event_log import Entry, append
from streams.limits import Close
from streams.listening import consent, phrases
from streams.listening.stopping import stop_soon
from streams.models import Call, ListenOrder, Stream, StreamEvent
from streams.models.calls import CallStatus
from streams.proceeding import since_answer
from streams.signs_of_life import gives_signs

log = logging.getLogger(__name__)

TO_CARRY = (CallStatus.RINGING, CallStatus.LIVE)
BROKE = "The order for it could not be stored; the server's log says why."
NEVER_CONNECTED = "The carrier could not connect its stream."
NEVER_CAME = "The carrier never opened the stream that it was asked for."


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenLine(lines.Line):
    """A call that waits to be listened to, and the order that says so."""

    order_pk: int
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a listening stream begins with: `at` is seconds since the answer; the rest is for whoever writes down."""

    at: float
    language: str
    transcriber: str
    phrases: tuple[str, ...]


# --- Ordering ----------------------------------------------------------------------------------------------------


def beside_dial(call: Call, *, at: datetime) -> Mapping[str, Any]:
    """What the page of a dial holds so that it is listened to: `{"listen": number of the order}`; {} for a plain dial,
    with a line in the log that says why. Never raises."""
    try:
        with transaction.atomic():
            why = consent.why_not(call)
            if not why:
                return {"listen": order(call, ListenOrder.How.DIAL, at=at).pk}
            if why == consent.NOBODY_ASKED and "by" in call.pending:
                why = consent.SENT_ON
    except Exception:  # a broken table, a lock: the caller is put through all the same
        log.exception("Listening in could not be ordered; the caller is put through without it.")
        why = BROKE
    _try_to_tell(call, why)
    return {}


def _try_to_tell(call: Call, why: str) -> None:
    try:
        with transaction.atomic():
            left_out(call, step_of(call), why)
    except Exception:
        log.exception("That nobody listens in could not be noted.")


def order(call: Call, how: ListenOrder.How, *, at: datetime, by: Any = None) -> ListenOrder:
    """A new order, and its token's digest with it. One call has one open order: earlier ones are closed."""
    ListenOrder.objects.filter(call=call, closed_at=None).update(closed_at=at)
    made = ListenOrder.objects.create(
        call=call,
        step=step_of(call),
        how=how,
        by=by,
        began_at=at,
        expires_at=at + timedelta(seconds=settings.STREAM_TOKEN_SECONDS),
    )
    made.token_digest = token_digest(token_of(made.pk, call.call_uuid))
    made.save(update_fields=["token_digest"])
    return made


def step_of(call: Call) -> str:
    """Where the caller is: the transfer, while they are put through."""
    return str(call.state.get("step") or "")


def token_of(order_pk: int, call_uuid: str) -> str:
    """The token in the stream's address: the same each time it is asked for, and only this site can make it."""
    return salted_hmac("streams.listen-token", f"{call_uuid}:{order_pk}", algorithm="sha256").hexdigest()


def status_token(order_pk: int, call_uuid: str) -> str:
    """The token in the address that is told how the stream fares; it names the order."""
    sealed = salted_hmac("streams.listen-status", f"{call_uuid}:{order_pk}", algorithm="sha256").hexdigest()
    return f"{order_pk}-{sealed}"


def order_of(token: str, call_uuid: str) -> int | None:
    """The number of the order in a `status_token`; None when it was not made for this call."""
    number, _, _ = token.partition("-")
    if not (token.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    return int(number) if hmac.compare_digest(token, status_token(int(number), call_uuid)) else None


def left_out(call: Call, step: str, why: str) -> None:
    """Say in the log, and at the desk, that nobody listens in."""
    _tell(call, Entry(at=since_answer(call), kind="listening_left_out", step=step, data={"why": why}))


def _tell(call: Call, entry: Entry) -> None:
    append(call.pk, [entry])
    telling.stored(call.pk, [entry])


# --- The socket --------------------------------------------------------------------------------------------------


def find(token: str) -> ListenLine | None:
    """The call that may be listened to with this token; None when it is unknown, expired, used up or over."""
    orders = ListenOrder.objects.select_related("call").exclude(token_digest="")
    wanted = orders.filter(token_digest=token_digest(token), closed_at=None, call__status__in=TO_CARRY).first()
    if wanted is None or (wanted.expires_at < datetime.now(UTC) and not wanted.binds):
        return None
    call = wanted.call
    return ListenLine(call_pk=call.pk, call_uuid=call.call_uuid, order_pk=wanted.pk, step=wanted.step)


def is_wanted(order_pk: int) -> bool:
    """Whether the conversation goes on that this order is for."""
    return ListenOrder.objects.filter(pk=order_pk, closed_at=None).exists()


def bind(line: ListenLine, started: StreamStarted) -> Beginning | lines.Refusal:
    """Tie this stream to its call; or why it may not."""
    now = datetime.now(UTC)
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("version").get(pk=line.call_pk)
        wanted = ListenOrder.objects.select_for_update().get(pk=line.order_pk)
        refusal = _why_not(call, wanted, started, now)
        if refusal:
            return refusal
        wanted.binds += 1
        wanted.save(update_fields=["binds"])
        call.last_heard_at = now
        call.process = settings.PROCESS_PATH
        call.save(update_fields=["last_heard_at", "process"])
        note_stream(
            call,
            source="socket",
            dedupe_key=f"{started.stream_id}:start",
            stream_id=started.stream_id,
            kind="start",
            at=now,
            listen_order=wanted.pk,
        )
    return _beginning(call, now)


def _why_not(call: Call, wanted: ListenOrder, started: StreamStarted, now: datetime) -> lines.Refusal | None:
    if started.call_uuid != call.call_uuid:
        return lines.Refusal(code=Close.WRONG_CALL, reason="the start names another call")
    if wanted.closed_at or call.status not in TO_CARRY:
        return lines.Refusal(code=Close.NO_SUCH_LINE, reason="what was to be listened to is over")
    if consent.why_not(call):
        return lines.Refusal(code=Close.NO_SUCH_LINE, reason="the caller has not agreed to be listened to")
    if Stream.objects.filter(stream_id=started.stream_id).exists():
        return lines.Refusal(code=Close.ALREADY_LIVE, reason="this start was seen before")
    mine = Stream.objects.filter(call=call, bidirectional=False)
    if gives_signs(call, now) and mine.filter(ended_at=None).exists():
        return lines.Refusal(code=Close.ALREADY_LIVE, reason="another socket listens to this call")
    if wanted.binds:
        last = mine.order_by("-started_at").first()
        dropped_at = (last.ended_at if last else None) or now
        if wanted.binds >= lines.MAX_BINDS or now - dropped_at > lines.REBIND_WITHIN:
            return lines.Refusal(code=Close.ALREADY_LIVE, reason="the token was used too often or too long ago")
    return None


def _beginning(call: Call, now: datetime) -> Beginning:
    flow = lines.version_in_memory(call.version_id or 0)
    spoken = str(call.state.get("language") or "")
    return Beginning(
        at=since_answer(call, now),
        language=spoken or flow.language,
        transcriber=flow.transcriber,
        phrases=phrases.of(flow),
    )


def release(line: ListenLine, stream_id: str, *, frames: int, unusable: int, at: datetime) -> None:
    """The socket is gone: its stream ended. The conversation may go on, and the carrier may dial again."""
    call = Call.objects.get(pk=line.call_pk)
    note_stream(
        call,
        source="socket",
        dedupe_key=f"{stream_id}:stop",
        stream_id=stream_id,
        kind="stop",
        at=at,
        listen_order=line.order_pk,
    )
    Stream.objects.filter(stream_id=stream_id).update(frames=frames, unusable=unusable)
    ring(call.pk)
    if is_wanted(line.order_pk):
        _again_soon(call.pk)


def _again_soon(call_pk: int) -> None:
    """Have `resuming` look at it, once the carrier had its time to dial again. The sweeper looks there, too."""
    bell.ring("listen_again", call_pk, after=lines.REBIND_WITHIN.total_seconds() + 1)


# --- What the carrier tells --------------------------------------------------------------------------------------


def told(call: Call, order_pk: int, *, dedupe_key: str, stream_id: str, kind: str, at: datetime) -> None:
    """The carrier's own word about a listening stream: `kind` is start, stop or dropped."""
    wanted = ListenOrder.objects.filter(pk=order_pk, call=call).first()
    if wanted is None:
        return
    note_stream(
        call,
        source="webhook",
        dedupe_key=dedupe_key,
        stream_id=stream_id,
        kind=kind,
        at=at,
        listen_order=wanted.pk,
    )
    if kind == "dropped" and not wanted.binds:
        left_out(call, wanted.step, NEVER_CONNECTED)
    elif kind == "dropped" and StreamEvent.objects.filter(stream_id=stream_id, source="socket", kind="start").exists():
        # Told here as well as by the process that has the socket, which may be what broke.
        data = {"stream": stream_id}
        _tell(call, Entry(at=since_answer(call, at), kind="listening_broke", step=wanted.step, data=data))
    if kind != "start":
        ring(call.pk)
        if wanted.binds and wanted.closed_at is None:
            _again_soon(call.pk)


def over(call: Call, *, at: datetime, talked: bool = False) -> None:
    """Who talked has finished, so the listening has: no socket may begin any more, and open ones are closed, for the
    call may want a stream of its own now and the carrier gives it one at a time. `talked`: they did, so it is told
    when no stream ever came."""
    wanted = ListenOrder.objects.filter(call=call, closed_at=None)
    never_came = talked and wanted.filter(binds=0).exists()
    if wanted.update(closed_at=at):
        stop_soon(call.pk)
    if never_came and not call.events.filter(kind="listening_left_out").exists():
        _try_to_tell(call, NEVER_CAME)
