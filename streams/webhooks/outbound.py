"""What the carrier asks and tells about a call of a list. The token in the address finds the attempt, whatever else was
lost; from the first document on it is a call like any other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from flows.engine.snapshot import dump_state
from flows.engine.step import State
from streams import calls
from streams.carriers import plivo_xml
from streams.event_log import Entry, append
from streams.models import Call, OutboundAttempt
from streams.models.outbound import OPEN_RESULTS, CalleeState, OutboundResult
from streams.ordered import asking, said
from streams.outbound import beginning, cutting_off, machines, refusing, settling
from streams.proceeding import since_answer
from streams.webhooks import effects
from streams.webhooks.inbox import Message
from streams.webhooks.pages import HANG_UP, render

R = OutboundResult
Page = Mapping[str, Any]

SORRY_PAGE: Page = {"page": "outbound-says", "text": said.OUR_FAULT}
NO_VERSION = "The flow of the list has no published version."


def answered(message: Message) -> Page:
    """They picked up: hand out the first document, with what the list knows of them."""
    attempt, call = _of(message)
    if call.status in calls.OVER:
        return HANG_UP
    calls.answered(call, at=message.received_at)
    if attempt is not None and refusing.is_refused(attempt.number):
        cutting_off.came_too_late(attempt, message.received_at)
        return {"page": "outbound-says", **said.said(said.NEVER_AGAIN, call)}
    if attempt is None or not _is_wanted(attempt):
        return {"page": "outbound-says", **said.said(said.NO_MORE, call)}
    at = {"answered_at": message.received_at}
    OutboundAttempt.objects.filter(pk=attempt.pk, result__in=OPEN_RESULTS).update(result=R.ANSWERED, **at)
    if call.version is None:
        append(call.pk, [Entry(at=0.0, kind="apology", data={"reason": NO_VERSION})])
        settling.settle(attempt.pk, R.WE_FAILED, message.received_at, why=NO_VERSION)
        return SORRY_PAGE
    if not call.state:
        call.state = dump_state(State(answers=beginning.answers(attempt.callee)))
        call.save(update_fields=["state"])
    calls.issue_token(call, document=0)
    return {"page": "stream", "document": 0}


def _is_wanted(attempt: OutboundAttempt) -> bool:
    """Whether they are to be spoken with: it may have rung for an order that had been given up."""
    wanted = attempt.callee.state == CalleeState.CALLING and attempt.result in OPEN_RESULTS
    return wanted or settling.revive(attempt)


def held(message: Message) -> None:
    """Our database was away as they picked up, and they were asked for a moment. From here on they wait."""
    attempt, _ = _of(message)
    if attempt is not None:
        waits = OutboundAttempt.objects.filter(pk=attempt.pk, answered_at=None, result__in=OPEN_RESULTS)
        waits.update(answered_at=message.received_at)


def missed(message: Message) -> Page:
    """Our database was away, so they heard an apology."""
    attempt, _ = _of(message)
    if attempt is not None:
        OutboundAttempt.objects.filter(pk=attempt.pk).update(answered_at=message.received_at)
        settling.settle(attempt.pk, R.WE_FAILED, message.received_at, why=effects.AWAY)
    return SORRY_PAGE


def machine_told(message: Message) -> None:
    """A machine picked up, or surely none."""
    attempt, call = _of(message)
    if attempt is None or message.fields.get("Machine", "").lower() != "true" or attempt.machine:
        return
    OutboundAttempt.objects.filter(pk=attempt.pk).update(machine=True)
    append(call.pk, [Entry(at=since_answer(call), kind="machine", data={})])
    if call.status not in calls.OVER:
        machines.picked_up(attempt)


def hung_up(message: Message) -> None:
    """The call is over, with the carrier's own figures."""
    attempt, _ = _of(message)
    effects.hung_up(message)
    if attempt is not None:
        code = message.fields.get("HangupCauseCode", "")
        how, why = cutting_off.ended(attempt, _how(attempt, message.fields), code)
        if not settling.settle(attempt.pk, how, message.received_at, why=why):
            settling.rang_after_all(attempt.pk, how)


def _how(attempt: OutboundAttempt, fields: Mapping[str, str]) -> OutboundResult:
    """How it went, as far as the end of a call tells."""
    by_code = asking.by_code(fields.get("HangupCauseCode"))
    told = asking.CARRIER_WORDS.get(fields.get("CallStatus", ""))
    if told:
        return R.NO_SUCH_NUMBER if by_code == asking.NO_SUCH_NUMBER else R(told)
    return R.MACHINE if by_code == asking.MACHINE else settling.spoken_with(attempt)


def _of(message: Message) -> tuple[OutboundAttempt | None, Call]:
    """The attempt that the address names, and the row of its call, with the version that is live for it now."""
    attempts = OutboundAttempt.objects.select_for_update(of=("self",)).select_related("callee__call_list__flow")
    attempt = attempts.filter(token=message.key.rpartition(":")[2]).first()
    call = calls.open_call(
        call_uuid=message.call_uuid,
        caller=message.fields.get("From", ""),
        called=message.fields.get("To", ""),
        direction="outbound",
        at=message.received_at,
        version=beginning.version_for(attempt.callee.call_list) if attempt else None,
    )
    if attempt is not None and attempt.call_id != call.pk:
        attempt.call = call
        attempt.save(update_fields=["call"])
    return attempt, call


EFFECTS: dict[str, Callable[[Message], Page | None]] = {
    "outbound-answer": answered,
    "outbound-held": held,
    "outbound-missed": missed,
    "outbound-machine": machine_told,
    "outbound-hangup": hung_up,
}


def as_xml(page: Page, call_uuid: str) -> HttpResponse:
    """The document of a page. One that could not be made is an apology, which puts nobody through."""
    known = page.get("page") in ("stream", "hangup")
    text, language = str(page.get("text", said.OUR_FAULT)), str(page.get("language", ""))
    document = render(page, call_uuid) if known else plivo_xml.last_words(text, language=language)
    return HttpResponse(document, content_type="application/xml")
