"""What each kind of message does to the rows of its call. Run once for each message, in a transaction."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from streams import calls, proceeding
from streams.continuation import Told
from streams.desk import telling
from streams.event_log import Entry, append
from streams.listening import ordering
from streams.models import Call
from streams.webhooks import legs
from streams.webhooks.inbox import Message
from streams.webhooks.legs import seconds_in as _seconds
from streams.webhooks.pages import APOLOGY, HANG_UP, Page
from streams.webhooks.request import NAME

AWAY = "The database was away; the caller heard an apology."
OVER = {"completed", "busy", "failed", "timeout", "no-answer", "cancel"}  # values of CallStatus
# Both naming schemes of the carrier's documents, in lower case.
STREAM_EVENTS = {
    "startstream": "start",
    "started": "start",
    "stopstream": "stop",
    "stopped": "stop",
    "droppedstream": "dropped",
    "failed": "dropped",
}


def answer(message: Message) -> Page:
    """A call came in: open it, and hand out the first document."""
    call = call_of(message)
    if call.status in calls.OVER:
        return HANG_UP
    if call.version is None:
        calls.answered(call, at=message.received_at)
        _log(call, Entry(at=0.0, kind="apology", data={"reason": call.outcome}))
        return APOLOGY
    calls.answered(call, at=message.received_at)
    calls.issue_token(call, document=0)
    return {"page": "stream", "document": 0}


def go_on(message: Message) -> Page:
    """A document is done: hand out the next one."""
    fields = message.fields
    call = Call.objects.select_for_update(no_key=True).get(pk=call_of(message).pk)
    if call.version is None:
        return APOLOGY
    calls.streams_over(call, at=message.received_at)
    ordering.over(call, at=message.received_at, talked=fields.get("DialStatus") == "completed")
    legs.came_back(call, message, legs.dial_given(call, message.document), str(call.state.get("step") or ""))
    gone = call.status in calls.OVER or fields.get("CallStatus") in OVER
    upcoming = proceeding.go_on(
        call,
        Told(
            caller_gone=gone,
            dial_status=fields.get("DialStatus", ""),
            dial_seconds=_seconds(fields.get("DialBLegDuration")) or 0,
            recorded_seconds=_seconds(fields.get("RecordingDuration")) or 0,
        ),
    )
    page = {**upcoming.page, "document": message.document + 1}
    if page["page"] == "stream":
        calls.issue_token(call, document=page["document"])
    if page["page"] == "dial" and call.pending.get("listens"):
        page |= ordering.beside_dial(call, at=message.received_at)
    if gone:
        _end(call, message.received_at)
    return page


def hung_up(message: Message) -> None:
    """The call is over, with the carrier's own figures."""
    fields = message.fields
    call = call_of(message)
    calls.call_ended(
        message.call_uuid,
        by="hangup",
        at=message.received_at,
        seconds=_seconds(fields.get("Duration")),
        cause=fields.get("HangupCauseName") or fields.get("HangupCause", ""),
        cost=_money(fields.get("TotalCost")),
    )
    calls.ring(call.pk)


def stream_told(message: Message) -> None:
    """A stream began, ended, or fares somehow; only the first two are of interest."""
    call = call_of(message)
    stream_id = message.fields.get("StreamID", "")
    kind = STREAM_EVENTS.get(message.fields.get("Event", "").lower())
    if kind is None or not NAME.fullmatch(stream_id):
        return
    calls.note_stream(
        call,
        source="webhook",
        dedupe_key=message.key,
        stream_id=stream_id,
        kind=kind,
        at=message.received_at,
    )
    if kind != "start":
        calls.ring(call.pk)


def listen_told(message: Message) -> None:
    """The same of a stream beside a conversation; the key names its order."""
    call = call_of(message)
    _, order, stream_id, _ = message.key.split(":", 3)
    kind = STREAM_EVENTS.get(message.fields.get("Event", "").lower())
    if kind is not None:
        at = message.received_at
        ordering.told(call, int(order), dedupe_key=message.key, stream_id=stream_id, kind=kind, at=at)


def dial_told(message: Message) -> None:
    """How the leg fares that was dialled for a caller."""
    legs.told(call_of(message), message)


def recorded(message: Message) -> None:
    """A recording can be fetched; the message, with its address, is what is kept."""
    calls.ring(call_of(message).pk)


def apologised(message: Message) -> Page:
    """The caller was told that we cannot take the call, because we could not."""
    call = call_of(message)
    if not call.outcome:
        call.outcome = AWAY
        call.save(update_fields=["outcome"])
    calls.answered(call, at=message.received_at)
    _log(call, Entry(at=proceeding.since_answer(call), kind="apology", data={"reason": AWAY}))
    return APOLOGY


EFFECTS: dict[str, Callable[[Message], Page | None]] = {
    "answer": answer,
    "continue": go_on,
    "hangup": hung_up,
    "stream": stream_told,
    "listen": listen_told,
    "dialled": dial_told,
    "recording": recorded,
    "apology": apologised,
}


def call_of(message: Message) -> Call:
    """The call's row; a message about a call we never heard of opens it."""
    fields = message.fields
    return calls.open_call(
        call_uuid=message.call_uuid,
        caller=fields.get("From", ""),
        called=fields.get("To", ""),
        direction="outbound" if fields.get("Direction") == "outbound" else "inbound",
        at=message.received_at,
    )


def _log(call: Call, entry: Entry) -> None:
    append(call.pk, [entry])
    telling.stored(call.pk, [entry])


def _end(call: Call, at: datetime) -> None:
    calls.call_ended(call.call_uuid, by="hangup", at=at)
    calls.ring(call.pk)


def _money(told: str | None) -> Decimal | None:
    """An amount in dollars; None for anything that cannot be one."""
    try:
        amount = Decimal((told or "")[:20])
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.000001")) if amount.is_finite() and 0 <= amount < 10_000 else None
