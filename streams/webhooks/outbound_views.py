"""The carrier's addresses for calls of lists. Plain sync views, which answer with a document whatever happens."""

import logging
from dataclasses import replace

from django.db import Error as DatabaseTrouble
from django.http import HttpResponse
from django.utils import timezone

from streams import spool
from streams.webhooks import effects, outbound
from streams.webhooks.inbox import Message, take
from streams.webhooks.pages import HANG_UP, render
from streams.webhooks.request import Fields, name_in, webhook
from streams.webhooks.views import told

log = logging.getLogger(__name__)


@webhook
def answer(fields: Fields, token: str) -> HttpResponse:
    """They picked up. The carrier may tell the end here, too, and asks again here when it got no document."""
    if fields.get("Event") == "Hangup" or fields.get("CallStatus") in effects.OVER:
        ended = told(_message("outbound-hangup", token, fields))
        return HttpResponse(render(HANG_UP, ""), content_type="application/xml") if ended.status_code == 200 else ended
    message = _message("outbound-answer", token, fields)
    try:
        return outbound.as_xml(take(message), message.call_uuid)
    except DatabaseTrouble as error:
        log.error("The database cannot be used (%s); who is called hears an apology.", type(error).__name__)
        try:
            spool.keep(replace(message, kind="outbound-missed"))
        except OSError:
            log.exception("The message could not be kept either.")
        return outbound.as_xml(outbound.SORRY_PAGE, message.call_uuid)


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
