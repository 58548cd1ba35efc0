"""The rows of a call on its way: opened, its streams noted, ended. Sync and idempotent.

The carrier tells everything once, twice, late, out of order or never. Each function here may be called any number of
times in any order with the same facts, from several processes at once, and ends in the same rows.
"""

import hashlib
import hmac
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from flows.models import FlowVersion, PhoneNumber
from flows.numbers import same_number
from streams import bell
from streams.billing.kinds import INBOUND, OUTBOUND
from streams.billing.minutes import toward
from streams.billing.rates import rate_stream
from streams.desk import telling
from streams.models import Call, LegEvent, Stream, StreamEvent
from streams.models.calls import CallStatus, new_token

log = logging.getLogger(__name__)

NO_LINE = "No phone line is set up for this number."
NO_VERSION = "This number has no published version yet."
OVER = (CallStatus.ENDED, CallStatus.FINISHED)


def open_call(
    *, call_uuid: str, caller: str, called: str, direction: str, at: datetime, version: FlowVersion | None = None
) -> Call:
    """The row of this call, opened when there is none. What an earlier message did not say is filled in.

    The number's live version, or the `version` that is given, is pinned when the numbers become known, and never
    changed; `outcome` says why when there is none. `at` is when we heard of it; the earliest counts.
    """
    with transaction.atomic():
        call, is_new = Call.objects.select_for_update(no_key=True).get_or_create(
            call_uuid=call_uuid, defaults={"began_at": at}
        )
        if is_new:
            telling.changed(call.pk, telling.BEGAN)
        changed: dict[str, object] = {"began_at": min(call.began_at, at)}
        if called and not call.called:
            changed |= {"caller": caller[:80], "called": called[:80], "direction": direction}
            changed |= {"version": version} if version else _pinned(caller if direction == "outbound" else called)
        return _set(call, **changed)


def _pinned(number: str) -> dict[str, object]:
    """The version that answers our number now, or why there is none."""
    line = PhoneNumber.objects.select_related("version").filter(number=same_number(number)).first()
    if line is None:
        return {"outcome": NO_LINE}
    return {"version": line.version} if line.version else {"outcome": NO_VERSION}


def issue_token(call: Call, *, document: int | None = None) -> str:
    """A token for this call's next stream, good from now on; any earlier one is not any more.

    With `document`, the token of the document with that number: the same each time, so that a carrier that asks twice
    is told the same address twice.
    """
    token = new_token() if document is None else document_token(call.call_uuid, document)
    expires = timezone.now() + timedelta(seconds=settings.STREAM_TOKEN_SECONDS)
    _set(call, token_digest=token_digest(token), token_expires_at=expires, binds=0)
    return token


def document_token(call_uuid: str, document: int) -> str:
    """The stream token that stands in one document of one call: 64 hex digits that only this site can make."""
    return salted_hmac("streams.stream-token", f"{call_uuid}:{document}", algorithm="sha256").hexdigest()


def token_digest(token: str) -> str:
    """What is stored of a token: SHA-256, in hex. "" for text that cannot be one."""
    return hashlib.sha256(token.encode()).hexdigest() if token.isascii() else ""


def continue_token(call_uuid: str, document: int) -> str:
    """The token in the addresses that a document hands out; it names the document, so a retry is known as one."""
    sealed = salted_hmac("streams.continue-token", f"{call_uuid}:{document}", algorithm="sha256").hexdigest()
    return f"{document}-{sealed}"


def document_of(token: str, call_uuid: str) -> int | None:
    """The number of the document that this token was handed out in; None when it was not for this call."""
    number, _, _ = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        return None
    known = continue_token(call_uuid, int(number))
    return int(number) if token.isascii() and hmac.compare_digest(token, known) else None


def note_stream(
    call: Call,
    *,
    source: str,
    dedupe_key: str,
    stream_id: str,
    kind: str,
    at: datetime,
    listen_order: int | None = None,
) -> None:
    """Keep one fact about a stream's start or end: `kind` is start, stop or dropped. Said again, it changes nothing.

    `listen_order` is the number of the `ListenOrder` of a stream that only listens; it need not be said each time.
    The `Stream` row shows what all facts together say. The carrier's word alone that a stream began opens no row while
    the call goes on: it may come before the socket's own start, which takes a row as a sign that it came twice.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        if Stream.objects.filter(stream_id=stream_id).exclude(call=call).exists():
            log.warning("A message about a stream of another call was ignored.")
            return
        StreamEvent.objects.get_or_create(
            source=source,
            dedupe_key=dedupe_key[:200],
            defaults={
                "stream_id": stream_id,
                "call": call,
                "kind": kind,
                "occurred_at": at,
                "listen_order_id": listen_order,
            },
        )
        _show_stream(call, stream_id)


def _show_stream(call: Call, stream_id: str) -> None:
    facts = list(StreamEvent.objects.filter(call=call, stream_id=stream_id))
    if all(fact.source == "webhook" and fact.kind == "start" for fact in facts) and call.ended_at is None:
        return
    span = rate_stream(facts)
    shown: dict[str, object] = {"started_at": min(fact.occurred_at for fact in facts)}
    if span:
        shown = {"started_at": span.began, "ended_at": span.ended, "ended_by": span.basis}
    if any(fact.listen_order_id for fact in facts):
        shown["bidirectional"] = False
    Stream.objects.update_or_create(stream_id=stream_id, defaults=shown, create_defaults={"call": call, **shown})


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFact:
    """One word about a leg of the carrier: `kind` is answer, dialled, end, or length with its `seconds`.

    `number` is what its price goes by; only its first digits are kept.
    """

    leg_uuid: str
    kind: str
    direction: str
    number: str = ""
    step: str = ""
    seconds: int | None = None


def note_leg(call: Call, fact: LegFact, *, source: str, at: datetime) -> None:
    """Keep one fact about a leg of this call. Said again, it changes nothing. A test call has no legs."""
    if call.rehearsal_id:
        return
    telling.changed(call.pk)
    said = f"{fact.kind}:{fact.seconds}" if fact.seconds is not None else fact.kind
    with transaction.atomic():
        LegEvent.objects.get_or_create(
            source=source,
            dedupe_key=f"{fact.leg_uuid}:{said}"[:200],
            defaults={
                "call": call,
                "leg_uuid": fact.leg_uuid[:80],
                "kind": fact.kind,
                "direction": fact.direction if fact.direction == OUTBOUND else INBOUND,
                "toward": toward(fact.number),
                "step": fact.step,
                "seconds": fact.seconds,
                "occurred_at": at,
            },
        )


def answered(call: Call, *, at: datetime) -> None:
    """The call's own leg was answered: from now on the carrier counts minutes."""
    note_leg(call, _own_leg(call, "answer"), source="webhook", at=at)


def _own_leg(call: Call, kind: str, seconds: int | None = None) -> LegFact:
    return LegFact(
        leg_uuid=call.call_uuid, kind=kind, direction=call.direction, number=call.called, seconds=seconds
    )  # fmt: skip


def streams_over(call: Call, *, at: datetime) -> None:
    """The carrier asks for this call's next document, so whatever stream it had is over: by `at` at the latest."""
    for stream in call.streams.filter(ended_at=None):
        note_stream(
            call,
            source="hangup",
            dedupe_key=f"{stream.stream_id}:next-document",
            stream_id=stream.stream_id,
            kind="stop",
            at=at,
        )


def call_ended(
    call_uuid: str,
    *,
    by: str,
    at: datetime,
    seconds: int | None = None,
    cause: str = "",
    cost: Decimal | None = None,
) -> Call | None:
    """The call is over. The earliest end wins; what was not known before is filled in. None: no such call.

    `by` is socket, stop, hangup or sweep; `seconds` and `cost` are the carrier's own figures.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).filter(call_uuid=call_uuid).first()
        if call is None:
            return None
        facts: dict[str, object] = {"seconds": seconds, "hangup_cause": cause[:60], "carrier_cost": cost}
        changed = {name: fact for name, fact in facts.items() if getattr(call, name) in (None, "")}
        if call.ended_at is None or at < call.ended_at:
            changed |= {"ended_at": at, "ended_by": by}
        if call.status not in OVER:
            changed["status"] = CallStatus.ENDED
            telling.changed(call.pk, telling.ENDED)
        _set(call, **changed)
        note_leg(call, _own_leg(call, "end"), source=by, at=at)
        if seconds is not None:
            note_leg(call, _own_leg(call, "length", seconds), source=by, at=at)
        heard_of = StreamEvent.objects.filter(call=call).values_list("stream_id", flat=True).distinct()
        for stream_id in heard_of.exclude(stream_id__in=call.streams.values("stream_id")):
            _show_stream(call, stream_id)
        return call


def ring(call_pk: int) -> None:
    """Ask the worker to make this call's record, once what was stored is there. A dead broker is no error."""
    transaction.on_commit(partial(bell.ring, "finalise", call_pk), robust=True)


def _set(call: Call, **values: object) -> Call:
    """Store the values that are new."""
    changed = {name: given for name, given in values.items() if getattr(call, name) != given}
    for name, given in changed.items():
        setattr(call, name, given)
    if changed:
        call.save(update_fields=list(changed))
    return call
