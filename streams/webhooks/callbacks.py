"""What the carrier asks and tells about a call that we made to call somebody back.

Who picks up must press 1 before anybody is put through, so an answering machine never is. All of it is plain documents:
no stream is opened, so no engine can fail here. The token in the address finds the attempt, whatever else was lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from flows.numbers import same_number
from streams import calls
from streams.callbacks import settling
from streams.carriers import plivo_xml
from streams.event_log import Entry, append
from streams.house_texts import HOLD_ON
from streams.models import Call, CallbackAttempt, CarrierMessage
from streams.models.callbacks import UNDER_WAY, AttemptResult, CallbackState
from streams.ordered import said
from streams.ordered.asking import CARRIER_WORDS
from streams.proceeding import since_answer
from streams.webhooks import addresses, effects, legs
from streams.webhooks.dialling import dialable
from streams.webhooks.inbox import Message

R = AttemptResult
Page = Mapping[str, Any]

RING_SECONDS = 30
SPOKE = "completed"


def answered(message: Message) -> Page:
    """They picked up: say who calls, and let them press a key."""
    attempt, call = _of(message)
    calls.answered(call, at=message.received_at)
    if attempt is None:
        return _says(said.NO_MORE, attempt)
    wanted = attempt.request.state == CallbackState.CALLING and attempt.result in UNDER_WAY
    if not wanted and not settling.revive(attempt):
        return _says(said.NO_MORE, attempt)
    _now(attempt, R.ANSWERED, R.ORDERED, R.RINGING)
    append(call.pk, [Entry(at=0.0, kind="answered")])
    otherwise = _said(said.NOBODY, attempt)["text"]
    asks = _said(said.WHO, attempt, _our_name(attempt))
    return {"page": "callback-asks", "token": attempt.token, "otherwise": otherwise, **asks}


def pressed(message: Message) -> Page:
    """They pressed 1, to be put through, or 2, not to be called any more."""
    attempt, call = _of(message)
    if attempt is None or attempt.request.state != CallbackState.CALLING or attempt.result not in UNDER_WAY:
        return _says(said.NO_MORE, attempt)
    if message.fields.get("Digits") == "2":
        settling.settle(attempt.pk, R.CANCELLED, message.received_at)
        return _says(said.NOT_NEEDED, attempt)
    if message.fields.get("Digits") != "1":
        return _says(said.NOBODY, attempt)
    place = attempt.request.destination
    found = dialable(place, now=message.received_at)
    if not found.number:
        _note(call, "transfer_refused", destination=place, why=found.why_not)
        settling.settle(attempt.pk, R.WE_FAILED, message.received_at, why=found.why_not)
        return _says(said.NONE_OF_US, attempt)
    _now(attempt, R.CONNECTING, R.ORDERED, R.RINGING, R.ANSWERED)
    _note(call, "transfer", destination=place)
    _waits_for(call, {"do": "transfer", "destination": place, "ring_seconds": RING_SECONDS})
    dials = {"token": attempt.token, "number": found.number, "call_uuid": call.call_uuid}
    return {"page": "callback-dial", **dials, **_said(HOLD_ON, attempt)}


def put_through(message: Message) -> Page:
    """How it went at our end."""
    attempt, call = _of(message)
    if attempt is None:
        return _says(said.THANKS, attempt)
    _waits_for(call, {})
    token = message.key.rpartition(":")[2]
    legs.came_back(call, message, CarrierMessage.objects.filter(dedupe_key=f"callback-key:{token}").first())
    told = message.fields.get("DialStatus", "")
    _note(call, "transfer_finished", result=told or "failed")
    spoke = told == SPOKE
    settling.settle(attempt.pk, R.REACHED if spoke else R.WE_FAILED, message.received_at)
    return _says(said.THANKS if spoke else said.NONE_OF_US, attempt)


def missed(message: Message) -> Page:
    """Our database was away, so they heard that we call again."""
    attempt, _ = _of(message)
    if attempt is not None:
        settling.settle(attempt.pk, R.WE_FAILED, message.received_at, why=effects.AWAY)
    return SORRY_PAGE


def hung_up(message: Message) -> None:
    """The call is over. While they are being put through, the word about that counts, whichever comes first."""
    attempt, _ = _of(message)
    effects.hung_up(message)
    if attempt is not None and attempt.result != R.CONNECTING:
        told = CARRIER_WORDS.get(message.fields.get("CallStatus", ""))
        settling.settle(attempt.pk, R(told) if told else R.NOT_CONFIRMED, message.received_at)


def _of(message: Message) -> tuple[CallbackAttempt | None, Call]:
    """The attempt that the address names, and the row of its call."""
    call = effects.call_of(message)
    attempts = CallbackAttempt.objects.select_for_update(of=("self",)).select_related("request__call__version__flow")
    attempt = attempts.filter(token=message.key.rpartition(":")[2]).first()
    if attempt is not None and attempt.call_id != call.pk:
        attempt.call = call
        attempt.save(update_fields=["call"])
    return attempt, call


def _says(text: str, attempt: CallbackAttempt | None) -> Page:
    return {"page": "callback-says", **_said(text, attempt)}


def _said(text: str, attempt: CallbackAttempt | None, *named: str) -> Page:
    """In the language of the call on which they asked for this one."""
    return said.said(text, attempt.request.call if attempt else None, *named)


def _now(attempt: CallbackAttempt, result: AttemptResult, *before: AttemptResult) -> None:
    CallbackAttempt.objects.filter(pk=attempt.pk, result__in=before).update(result=result)


def _note(call: Call, kind: str, **data: Any) -> None:
    append(call.pk, [Entry(at=since_answer(call), kind=kind, data=data)])


def _waits_for(call: Call, pending: Mapping[str, Any]) -> None:
    """Keep what the call waits for: while people talk, it is silent for long and yet on the line."""
    Call.objects.filter(pk=call.pk).update(pending=pending)


def _our_name(attempt: CallbackAttempt) -> str:
    version = attempt.request.call.version
    return version.flow.name if version else same_number(attempt.request.ours)


EFFECTS: dict[str, Callable[[Message], Page | None]] = {
    "callback-answer": answered,
    "callback-key": pressed,
    "callback-over": put_through,
    "callback-missed": missed,
    "callback-hangup": hung_up,
}


# --- Documents --------------------------------------------------------------------------------------------------------


def _asks(page: Page) -> str:
    url = addresses.callback_url("callback-key", page["token"])
    return plivo_xml.ask_for_key(page["text"], then_url=url, otherwise=page["otherwise"], language=page["language"])


def _dials(page: Page) -> str:
    url = addresses.callback_url("callback-over", page["token"])
    told = addresses.dialled_url(page["call_uuid"], 0)
    return plivo_xml.dial_after(
        page["text"], page["number"], then_url=url, told_url=told, ring_seconds=RING_SECONDS, language=page["language"]
    )


PAGES: dict[str, Callable[[Page], str]] = {
    "callback-asks": _asks,
    "callback-dial": _dials,
    "callback-says": lambda page: plivo_xml.last_words(page["text"], language=page.get("language", "")),
}
SORRY_PAGE: Page = {"page": "callback-says", "text": said.NONE_OF_US}


def as_xml(page: Page) -> HttpResponse:
    """The document of a page; one that could not be made is an apology, which puts nobody through."""
    render = PAGES.get(page.get("page", ""), lambda _: plivo_xml.last_words(said.NONE_OF_US))
    return HttpResponse(render(page), content_type="application/xml")
