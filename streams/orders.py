"""What a call leaves for later: notes for people, a text message for the caller. Idempotent; sync, but for who waits.

The number is always the one the call came from, as the carrier told it; nothing that was said can change it.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from flows.models.outbound import validate_outbound
from flows.numbers import same_number
from streams import texts, troubles
from streams.callbacks import wishes
from streams.event_log import writer
from streams.models import Call, CallNote, TextMessage
from streams.models.notes import NoteKind, TextStatus
from streams.off_loop import query
from streams.outbound import refusing

LONGEST = 400  # characters of a note
LONGEST_NAME = 40  # characters of what a text message is called
KNOWN_WITHIN = 4.0  # seconds; the caller waits to hear whether a text message is sent

NO_NUMBER = "The caller’s number is hidden, cannot get text messages, or is in a country that is not texted."
TOO_MANY = "The site has sent as many text messages within a day as it may (TEXTS_A_DAY)."


def keep_note(call_pk: int, *, at: float, what: str, text: str) -> CallNote | None:
    """Leave a note; the same one of the same moment is kept once. None on a test call: nobody waits for an answer."""
    call = Call.objects.get(pk=call_pk)
    if call.rehearsal_id:
        return None
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    note, _ = CallNote.objects.get_or_create(
        dedupe_key=f"{call_pk}:{at:.3f}:{digest}",
        defaults={
            "call": call,
            "what": what if what in NoteKind.values else NoteKind.MESSAGE,
            "text": text[:LONGEST].replace("\x00", ""),
            "caller": same_number(_their_number(call)),
        },
    )
    return note


def keep_to_do(call: Call, text: str) -> None:
    """What the call's summary asks people to do, "" for nothing; a newer summary changes what nobody has done yet.

    The caller holds the lock of the call's row.
    """
    if call.rehearsal_id:
        return
    key = f"{call.pk}:to-do"
    mine = CallNote.objects.filter(dedupe_key=key)
    if not text:
        mine.filter(done_at=None).delete()
    elif mine.exists():
        mine.filter(done_at=None).exclude(text=text).update(text=text)
    else:
        number = same_number(_their_number(call))
        CallNote.objects.create(dedupe_key=key, call=call, what=NoteKind.TO_DO, text=text, caller=number)


@transaction.atomic
def order_text(call_pk: int, *, at: float, name: str, text: str) -> TextMessage:
    """Have a text message sent to the caller, once for each name in a call; the worker sends it soon. On a test call it
    is only noted."""
    call = Call.objects.get(pk=call_pk)
    to = same_number(_their_number(call))
    problem = "" if call.rehearsal_id else _why_no_text(to)
    status = TextStatus.TEST if call.rehearsal_id else TextStatus.FAILED if problem else TextStatus.QUEUED
    message, made = TextMessage.objects.get_or_create(
        call=call,
        name=name[:LONGEST_NAME],
        defaults={
            "to": to,
            "text": text,
            "status": status,
            "error": problem,
        },
    )
    if made and problem:
        troubles.refused(call_pk, "text", name, problem)
    elif made and status == TextStatus.QUEUED:
        transaction.on_commit(partial(texts.ring_aside, message.pk), robust=True)
    return message


async def will_be_sent(call_pk: int, name: str) -> bool:
    """Whether the text message of this name, which was ordered behind the log, may be sent; False when that is not
    known within the time that a caller waits."""
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            await writer.stored()
            return await query(_may_be_sent, call_pk, name)
    except TimeoutError:
        return False


async def is_noted(call_pk: int, step: str) -> bool:
    """Whether the wish of this step to be called back, which was ordered behind the log, is kept; False when that is
    not known in time."""
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            await writer.stored()
            return await query(wishes.is_noted, call_pk, step)
    except TimeoutError:
        return False


def _may_be_sent(call_pk: int, name: str) -> bool:
    ordered = TextMessage.objects.filter(call_id=call_pk, name=name[:LONGEST_NAME])
    return ordered.exclude(status=TextStatus.FAILED).exists()


ORDERS: dict[str, Callable[..., Any]] = {
    "note": keep_note,
    "text": order_text,
    "callback": wishes.ask,
    "opt_out": refusing.opt_out,
}


def _their_number(call: Call) -> str:
    """The number of the person on the line, whoever dialled."""
    return call.called if call.direction == "outbound" else call.caller


def _why_no_text(number: str) -> str:
    """Why no text message goes to this number now; "" when one may."""
    try:
        validate_outbound(number)
    except ValidationError:
        return NO_NUMBER
    return TOO_MANY if texts.too_many(datetime.now(UTC)) else ""
