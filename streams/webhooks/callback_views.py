"""The carrier's addresses for calls that we made. Plain sync views, which answer with a document whatever happens."""

import logging
from dataclasses import replace
from functools import partial

from django.db import Error as DatabaseTrouble
from django.http import HttpResponse
from django.utils import timezone

from streams import spool
from streams.ordered import said
from streams.webhooks import callbacks, effects, holding
from streams.webhooks.addresses import ENGLISH
from streams.webhooks.inbox import Message, take
from streams.webhooks.pages import HANG_UP, render
from streams.webhooks.request import Fields, name_in, webhook
from streams.webhooks.views import told

log = logging.getLogger(__name__)

THE_KEY = frozenset({"digits"})  # 1 or 2: nothing of theirs that must not be kept


@webhook
def answer(fields: Fields, token: str, language: str = ENGLISH, held: int = 0) -> HttpResponse:
    """They picked up. The carrier may tell the end here, too, and asks again here when it got no document."""
    if fields.get("Event") == "Hangup" or fields.get("CallStatus") in effects.OVER:
        ended = told(_message("callback-hangup", token, fields))
        return HttpResponse(render(HANG_UP, ""), content_type="application/xml") if ended.status_code == 200 else ended
    message = _message("callback-answer", token, fields)
    try:
        return callbacks.as_xml(take(message))
    except DatabaseTrouble as error:
        if not holding.may_hold(held, error):
            return _missed(message, error, language)
        log.warning("The database does not answer (%s); who is called back is asked to hold.", type(error).__name__)
        document = holding.document("callback", token, language, held + 1)
        return HttpResponse(document, content_type="application/xml")


@partial(webhook, keeps=THE_KEY)
def key(fields: Fields, token: str) -> HttpResponse:
    """They pressed a key."""
    return _asked(_message("callback-key", token, fields))


@webhook
def over(fields: Fields, token: str) -> HttpResponse:
    """They were put through, or could not be."""
    return _asked(_message("callback-over", token, fields))


@webhook
def hangup(fields: Fields, token: str) -> HttpResponse:
    """The call is over, or nobody picked up."""
    return told(_message("callback-hangup", token, fields))


def _message(kind: str, token: str, fields: Fields) -> Message:
    key = f"{kind}:{token[:64]}"
    return Message(kind=kind, key=key, call_uuid=name_in(fields, "CallUUID"), fields=fields, received_at=timezone.now())


def _asked(message: Message) -> HttpResponse:
    """Answer with the document this message asks for; with the database away, that we call again."""
    try:
        return callbacks.as_xml(take(message))
    except DatabaseTrouble as error:
        return _missed(message, error, ENGLISH)


def _missed(message: Message, error: Exception, language: str) -> HttpResponse:
    log.error("The database cannot be used (%s); who is called back hears so.", type(error).__name__)
    try:
        spool.keep(replace(message, kind="callback-missed"))
    except OSError:
        log.exception("The message could not be kept either.")
    return callbacks.as_xml({**callbacks.SORRY_PAGE, **said.in_language(said.NONE_OF_US, language)})
