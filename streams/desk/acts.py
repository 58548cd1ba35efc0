"""What somebody at the desk may do to one call, begun: who may, what is kept of it, and whose work it is. Sync.

A call on a stream is asked of the process that carries it (`streams.directing`). A call that has none, because the
caller speaks with somebody or leaves a message, is led on by one request to the carrier: it asks for its next document
as it would at the end of this one.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from flows.engine.snapshot import readable
from flows.models import Destination
from streams import proceeding
from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.desk import audit, news, telling
from streams.desk.watchers import DIRECT, LISTEN
from streams.directing import DESK, END, ENDED, SEND
from streams.event_log import Entry, append
from streams.leaving import sent_on
from streams.listening.start import listen_now
from streams.models import Call, CarrierMessage
from streams.webhooks import addresses
from streams.webhooks.dialling import dialable

log = logging.getLogger(__name__)

WRITE = "write"  # have a talk between people written down from now on
MAY_NOT = (
    "You may not do this. Whoever manages people can let you: “Can send calls to a person, and end them”, or, to have "
    "a talk written down, “Can listen to calls while they go on”."
)
OVER = "This call is over."
NO_SUCH_PLACE = "This destination is gone, or waits for approval. Choose another one."
NO_ACCOUNT = "Our line has no part in this call now, and there is no Plivo account to ask for it (PLIVO_AUTH_ID)."
ON_A_TEST = "Our line has no part in this test call now. Whoever made it ends it in their browser."
MOVED_ON = "The call has just moved on. Look where it is now, and try again."
NOT_KNOWN = "Plivo did not say whether it did this. Look what becomes of the call in a moment."


class Refused(Exception):
    """Why an act is not begun: one sentence for whoever wants it."""


@dataclass(frozen=True, slots=True)
class Act:
    """`prepared` checks what was said with it, and gives what the process that carries the call is told; `pending` is
    how a call without a stream goes on."""

    prepared: Callable[[Mapping[str, Any]], dict[str, Any]]
    pending: Callable[[Call, Mapping[str, Any]], dict[str, Any]]


def begin(user_pk: int, act: str, call_pk: int, said: Mapping[str, Any], *, asked: str) -> bool:
    """Begin this act and keep that it was. True: the process that carries the call tells what came of it, as news about
    `asked`; False: it is done. Raises `Refused`."""
    user = get_user_model().objects.get(pk=user_pk)
    call = Call.objects.filter(pk=call_pk).first()
    if act not in MAY or not user.has_perm(MAY[act]):
        log.warning("An act at the desk was refused: %s.", "no permission" if act in MAY else "no such act")
        audit.note(user, call, audit.REFUSED, wanted=act[:20])
        raise Refused(MAY_NOT)
    if call is None or call.ended_at is not None:
        raise Refused(OVER)
    if act == WRITE:
        return _write_down(user, call)
    what = ACTS[act].prepared(said)
    audit.note(user, call, act, **what)
    if "do" in call.pending and call.pending.get("given"):
        _by_request(call, ACTS[act].pending(call, what))
        return False
    news.ask(call.pk, act, asked=asked, **what)
    return True


def _to_somebody(said: Mapping[str, Any]) -> dict[str, Any]:
    place = Destination.objects.filter(key=str(said.get("to", "")), awaits_approval=False).first()
    if place is None:
        raise Refused(NO_SUCH_PLACE)
    found = dialable(place.key, now=timezone.now())
    if not found.number:
        raise Refused(found.why_not)
    return {"destination": place.key}


ACTS = {
    SEND: Act(
        _to_somebody,
        lambda call, what: sent_on(readable(call.snapshot), what["destination"], by=DESK),
    ),
    END: Act(lambda said: {}, lambda call, what: {"do": "farewell", "reason": ENDED}),
}


MAY = {**dict.fromkeys(ACTS, DIRECT), WRITE: LISTEN}  # the permission for each act


def _write_down(user: Any, call: Call) -> bool:
    """Have both speakers written down from now on, where the caller agreed to it."""
    audit.note(user, call, WRITE)
    if call.rehearsal_id:
        raise Refused(ON_A_TEST)
    if why_not := listen_now(call, user):
        raise Refused(why_not)
    return False


def _by_request(call: Call, pending: dict[str, Any]) -> None:
    """Have the carrier ask now what comes next for a call without a stream; it is answered with `pending`."""
    if call.rehearsal_id:
        raise Refused(ON_A_TEST)
    if at_hand.why_not(call.call_uuid):
        raise Refused(NO_ACCOUNT)
    document = _document(call)
    if document is None or not _put(call.pk, call.pending, pending):
        raise Refused(MOVED_ON)
    try:
        with at_hand.carrier(call.call_uuid) as account:
            account.transfer(call.call_uuid, addresses.continue_url(call.call_uuid, document))
    except PlivoSaidNo as error:
        log.warning("Call %s: the carrier was asked in vain to lead it on (%s).", call.pk, error)
        if not error.surely_undone:
            raise Refused(NOT_KNOWN) from error
        _put(call.pk, pending, call.pending)
        raise Refused(OVER if error.status == 404 else str(error)) from error


def _document(call: Call) -> int | None:
    """The number of the document that the carrier is at: what follows it is asked for once, whoever leads there."""
    given = CarrierMessage.objects.filter(call_uuid=call.call_uuid, reply__page__in=("dial", "record")).order_by("-pk")
    document = given.values_list("reply__document", flat=True).first()
    return document if isinstance(document, int) else None


def _put(call_pk: int, expected: Mapping[str, Any], pending: Mapping[str, Any]) -> bool:
    """Let the call go on with `pending` if it still goes on with `expected`."""
    with transaction.atomic():
        call = Call.objects.select_for_update(no_key=True).get(pk=call_pk)
        if call.pending != expected:
            return False
        call.pending = dict(pending)
        call.save(update_fields=["pending"])
        if pending.get("by") == DESK:
            at, step = proceeding.since_answer(call), str(call.state.get("step") or "")
            line = Entry(at=at, kind="transfer", step=step, data={"destination": pending["destination"], "by": DESK})
            append(call.pk, [line])
            telling.stored(call.pk, [line])
    return True
