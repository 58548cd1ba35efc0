"""When a call was last heard of, how long it may be silent, and how one is ended that was silent for longer. Sync."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from streams import calls
from streams.models import Call, CarrierMessage, Stream, StreamEvent

log = logging.getLogger(__name__)

SILENT_AFTER = timedelta(seconds=25)  # two and a half beats of a live stream: the process that had it is gone
SILENCE = timedelta(seconds=90)  # and so is its call
LONGEST_CONVERSATION = timedelta(hours=4)  # the carrier ends every call after that
LISTINGS = ("unlisted", "listed")  # lines of a call's log: what the carrier's list said of it, when that changed


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a silent call ended: `by` and the others are those of `calls.call_ended`."""

    by: str
    at: datetime
    seconds: int | None = None
    cause: str = ""
    cost: Decimal | None = None


def last_sign(call: Call) -> datetime:
    """When we last heard of this call: its stream's beat, a message of the carrier, or a fact about a stream."""
    message = CarrierMessage.objects.filter(call_uuid=call.call_uuid).aggregate(at=Max("received_at"))["at"]
    fact = StreamEvent.objects.filter(call=call).aggregate(at=Max("received_at"))["at"]
    signs = (call.began_at, call.answered_at, call.last_heard_at, message, fact)
    return max(sign for sign in signs if sign is not None)


def gives_signs(call: Call, now: datetime) -> bool:
    """Whether the process that has this call's stream lives, as far as its signs tell. A stream that is open without
    them died with its process, and nobody told of it."""
    return call.last_heard_at is not None and call.last_heard_at > now - SILENT_AFTER


def patience(pending: Mapping[str, Any]) -> timedelta:
    """How long a call may be silent, by what it is waiting for (`Call.pending`)."""
    match pending:
        case {"do": "transfer", **rest}:
            return timedelta(seconds=_seconds(rest.get("ring_seconds"))) + LONGEST_CONVERSATION
        case {"do": "record", **rest}:
            return timedelta(seconds=_seconds(rest.get("max_seconds"))) + SILENCE
    return SILENCE


def _seconds(said: Any) -> float:
    return min(max(float(said), 0.0), 86_400.0) if isinstance(said, int | float) else 0.0


def end_silent(
    call_pk: int, now: datetime, *, bears: Callable[[Call], timedelta], end: Callable[[Call, datetime], End | None]
) -> bool:
    """End this call if it was silent for longer than it `bears`; `end` gets the call and its last sign, and says how,
    or None where it is not over. Both are asked under the call's lock: a sign of life may have come since."""
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call_pk)
        heard = last_sign(call)
        if call.ended_at or heard + bears(call) > now:
            return False
        how = end(call, heard)
        if how is None:
            return False
        for stream in call.streams.filter(ended_at=None):
            close_stream(stream, "sweep", call.last_heard_at or stream.started_at)
        calls.call_ended(
            call.call_uuid, by=how.by, at=how.at, seconds=how.seconds, cause=how.cause, cost=how.cost
        )  # fmt: skip
        calls.ring(call.pk)
    log.info("Call %s gave no sign and was closed (%s).", call_pk, how.by)
    return True


def close_stream(stream: Stream, source: str, at: datetime) -> bool:
    """Note that this stream is over by then, which no socket told."""
    calls.note_stream(
        stream.call,
        source=source,
        dedupe_key=f"{stream.stream_id}:{source}",
        stream_id=stream.stream_id,
        kind="stop",
        at=max(at, stream.started_at),
    )
    calls.ring(stream.call_id)
    return True
