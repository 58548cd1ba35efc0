"""The carrier's addresses for calls of lists. Plain sync views, which answer with a document whatever happens."""

import logging
from dataclasses import replace

from django.db import Error as DatabaseTrouble
from django.http import HttpResponse
from django.utils import timezone

from streams import spool
from streams.carriers import plivo_xml
from streams.ordered import said
from streams.webhooks import effects, holding, outbound
from streams.webhooks.addresses import ENGLISH
from streams.webhooks.inbox import Message, take
from streams.webhooks.pages import HANG_UP, render
from streams.webhooks.request import Fields, name_in, webhook
from streams.webhooks.views import told

log = logging.getLogger(__name__)


@webhook
def answer(fields: Fields, token: str, language: str = ENGLISH, held: int = 0) -> HttpResponse:
    """They picked up. The carrier may tell the end here, too, and asks again here when it got no document."""
    if fields.get("Event") == "Hangup" or fields.get("CallStatus") in effects.OVER:
        ended = told(_message("outbound-hangup", token, fields))
        return HttpResponse(render(HANG_UP, ""), content_type="application/xml") if ended.status_code == 200 else ended
    message = _message("outbound-answer", token, fields)
    first = spool.kept(_message("outbound-held", token, fields).key) if held else None
    message = replace(message, received_at=first.received_at) if first else message  # so long they have waited
    try:
        return outbound.as_xml(take(message), message.call_uuid)
    except DatabaseTrouble as error:
        document = _without_database(message, token, language, held, error)
        return HttpResponse(document, content_type="application/xml")


def _without_database(message: Message, token: str, language: str, held: int, error: Exception) -> str:
    """What who has picked up hears: to wait a moment, and at last an apology. Both are kept, so that it is known how
    long they heard no word of ours."""
    what = type(error).__name__
    try:
        if holding.may_hold(held, error):
            spool.keep(replace(_message("outbound-held", token, message.fields), received_at=message.received_at))
            log.warning("The database does not answer (%s); who is called is asked to hold.", what)
            return holding.document("outbound", token, language, held + 1)
        spool.keep(replace(message, kind="outbound-missed"))
    except OSError:
        log.exception("The message could not be kept either.")
    log.error("The database cannot be used (%s); who is called hears an apology.", what)
    words = said.in_language(said.OUR_FAULT, language)
    return plivo_xml.last_words(words["text"], language=words["language"])


@webhook
def machine(fields: Fields, token: str) -> HttpResponse:
    """The carrier listened, and says whether a machine picked up."""
    return told(_message("outbound-machine", token, fields))


@webhook
def hangup(fields: Fields, token: str) -> HttpResponse:
    """The call is over, or nobody picked up."""
    return told(_message("outbound-hangup", token, fields))


def _message(kind: str, token: str, fields: Fields) -> Message:
    key = f"{kind}:{token[:64]}"
    return Message(kind=kind, key=key, call_uuid=name_in(fields, "CallUUID"), fields=fields, received_at=timezone.now())
