"""The carrier's addresses. Plain sync views: read, take, answer.

Whoever asks for a document gets one, whatever happens to us. While the database is away, or does not answer in time, it
says to ask again in a moment, so that a caller gets the menu late; at last it is a spoken apology and the operator's
number. Both are made without a query, and the message waits in the spool.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import Error as DatabaseTrouble
from django.http import HttpResponse
from django.utils import timezone

from streams import calls, spool
from streams.listening import ordering
from streams.webhooks.effects import OVER
from streams.webhooks.holding import MOST_HELD, may_hold
from streams.webhooks.inbox import Message, take
from streams.webhooks.pages import APOLOGY, HANG_UP, Page, render
from streams.webhooks.request import Fields, Refused, name_in, webhook

log = logging.getLogger(__name__)


@webhook
def answer(fields: Fields, held: int = 0) -> HttpResponse:
    """A call comes in. Outbound calls without a hang-up URL report their end here, too."""
    call_uuid = name_in(fields, "CallUUID")
    if _is_over(fields):
        return _ended(call_uuid, fields)
    return _asked(_message("answer", f"answer:{call_uuid}", call_uuid, fields), held)


@webhook
def continue_call(fields: Fields, token: str, held: int = 0) -> HttpResponse:
    """A document is done: what comes next?"""
    call_uuid = name_in(fields, "CallUUID")
    document = _document(token, call_uuid)
    return _asked(_message("continue", f"continue:{call_uuid}:{document}", call_uuid, fields), held)


@webhook
def fallback(fields: Fields) -> HttpResponse:
    """The answer URL failed: say sorry, put the caller through to the operator."""
    call_uuid = name_in(fields, "CallUUID")
    if _is_over(fields):
        return _ended(call_uuid, fields)
    return _asked(_message("apology", f"fallback:{call_uuid}", call_uuid, fields))


@webhook
def hangup(fields: Fields) -> HttpResponse:
    """A call is over."""
    call_uuid = name_in(fields, "CallUUID")
    return told(_message("hangup", f"hangup:{call_uuid}", call_uuid, fields))


@webhook
def stream_status(fields: Fields) -> HttpResponse:
    """How a stream fares. Values we do not know are kept, and change nothing."""
    call_uuid, stream_id = name_in(fields, "CallUUID"), name_in(fields, "StreamID")
    key = f"stream:{stream_id}:{_short(fields.get('Event', ''))}"
    name = fields.get("Name", "")
    return told(_message("stream", f"{key}:{_short(name)}" if name else key, call_uuid, fields))


@webhook
def listen_status(fields: Fields, token: str) -> HttpResponse:
    """How a stream beside a conversation fares."""
    call_uuid, stream_id = name_in(fields, "CallUUID"), name_in(fields, "StreamID")
    order = ordering.order_of(token, call_uuid)
    if order is None:
        raise Refused(403, "its token is not of this call")
    return told(_message("listen", f"listen:{order}:{stream_id}:{_short(fields.get('Event', ''))}", call_uuid, fields))


@webhook
def dialled(fields: Fields, token: str) -> HttpResponse:
    """How a leg fares that was dialled for a caller."""
    call_uuid = name_in(fields, "DialALegUUID" if fields.get("DialALegUUID") else "CallUUID")
    _document(token, call_uuid)
    key = f"dialled:{name_in(fields, 'DialBLegUUID')}:{_short(fields.get('DialAction', ''))}"
    return told(_message("dialled", key, call_uuid, fields))


@webhook
def recording(fields: Fields, token: str) -> HttpResponse:
    """A recording can be fetched."""
    call_uuid = name_in(fields, "CallUUID")
    _document(token, call_uuid)
    return told(_message("recording", f"recording:{name_in(fields, 'RecordingID')}", call_uuid, fields))


def _message(kind: str, key: str, call_uuid: str, fields: Fields) -> Message:
    return Message(kind=kind, key=key, call_uuid=call_uuid, fields=fields, received_at=timezone.now())


def _asked(message: Message, held: int = MOST_HELD) -> HttpResponse:
    """Answer with the document this message asks for; never with an error. `held`: how often it was put off by now."""
    first = spool.kept(message.key) if held else None  # who asks again does not say again how a transfer went
    message = first or message
    page: Page
    try:
        page = take(message)
    except DatabaseTrouble as error:
        page = _without_database(message, held, error)
    return _xml(page, message.call_uuid)


def _without_database(message: Message, held: int, error: Exception) -> Page:
    what = type(error).__name__
    try:
        if may_hold(held, error):
            spool.keep(message)
            log.warning("The database does not answer (%s); a caller is asked to hold.", what)
            return message.hold(held + 1)
        spool.keep(replace(message, kind="apology"), instead=True)
    except OSError:
        log.exception("The message could not be kept either.")
    log.error("The database cannot be used (%s); a caller hears an apology.", what)
    return APOLOGY


def told(message: Message) -> HttpResponse:
    """Answer 200 when the message is safe with us: in the database, or in the spool. Else the carrier tries again."""
    try:
        take(message)
    except DatabaseTrouble as error:
        log.error("The database cannot be used (%s); a message waits in the spool.", type(error).__name__)
        try:
            spool.keep(message)
        except OSError:
            log.exception("A message could not be kept.")
            return HttpResponse(status=503)
    return HttpResponse(status=200)


def _ended(call_uuid: str, fields: Mapping[str, Any]) -> HttpResponse:
    answer = told(_message("hangup", f"hangup:{call_uuid}", call_uuid, fields))
    return answer if answer.status_code != 200 else _xml(HANG_UP, call_uuid)


def _xml(page: Page, call_uuid: str) -> HttpResponse:
    return HttpResponse(render(page, call_uuid), content_type="application/xml")


def _is_over(fields: Fields) -> bool:
    return fields.get("Event") == "Hangup" or fields.get("CallStatus") in OVER


def _document(token: str, call_uuid: str) -> int:
    document = calls.document_of(token, call_uuid)
    if document is None:
        raise Refused(403, "its token is not of this call")
    return document


def _short(told: str) -> str:
    """A name the carrier gave, as part of a key: itself when it is plain and short, else its digest."""
    plain = told.isascii() and told.isalnum() and len(told) <= 40
    return told if plain else hashlib.sha256(told.encode()).hexdigest()[:32]
