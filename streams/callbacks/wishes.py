"""What a caller wishes on a call, to be called back, becomes one request however often it is stored or asked. Sync."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from flows.engine.tools import REACHABLE
from flows.models.outbound import validate_outbound
from flows.numbers import same_number, with_country
from streams.models import Call, CallbackRequest
from streams.models.callbacks import OPEN, CallbackState

LONGEST = 400  # characters of what it is about


def ask(
    call_pk: int,
    *,
    step: str,
    number: str = "",
    about: str = "",
    destination: str = "",
    hours: str = "",
    attempts: int = 3,
    minutes: int = 15,
) -> CallbackRequest | None:
    """Keep the wish; None on a test call, and where the line is to call a number that may not be called.

    What people are to do is kept whatever the number is; one that is hidden is "".
    The same wish of the same step is kept once, with the number that was given last, as long as nobody was called. Who
    asked on an earlier call and waits has that one request still.
    """
    call = Call.objects.get(pk=call_pk)
    theirs, ours = ends_of(call)
    to = with_country(number, like=same_number(theirs or ours)) if number else same_number(theirs)
    if call.rehearsal_id or (destination and why_not(to)):
        return None
    to = to if REACHABLE.fullmatch(to) else ""
    key = f"{call_pk}:{step}"
    about = about[:LONGEST].replace("\x00", "")
    wanted = {
        "call": call,
        "number": to,
        "ours": same_number(ours),
        "about": about,
        "destination": destination,
        "hours": hours,
        "most_attempts": attempts,
        "minutes": minutes,
    }
    return _known(key, call, to, destination, about) or _made(key, wanted)


def ends_of(call: Call) -> tuple[str, str]:
    """Their number and ours, whoever dialled."""
    return (call.called, call.caller) if call.direction == "outbound" else (call.caller, call.called)


def why_not(number: str) -> str:
    """Why this number is not called from here, as a sentence; "" when it may be."""
    try:
        validate_outbound(number)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def is_noted(call_pk: int, step: str) -> bool:
    """Whether what was asked for at this step is kept; on a test call it counts as kept."""
    if Call.objects.filter(pk=call_pk, rehearsal__isnull=False).exists():
        return True
    mine = Q(dedupe_key=f"{call_pk}:{step}") | Q(also_on=call_pk)
    return CallbackRequest.objects.filter(mine, state__in=OPEN).exists()


def _known(key: str, call: Call, number: str, destination: str, about: str) -> CallbackRequest | None:
    """The request that this wish is already part of."""
    same = CallbackRequest.objects.filter(dedupe_key=key).first()
    if same is not None and same.number == number:
        return same
    same_caller = CallbackRequest.objects.filter(number=number, destination=destination, state__in=OPEN)
    open_one = same_caller.first() if number else None
    if open_one is not None:
        open_one.also_on.add(call)
        if about and about not in open_one.about:
            CallbackRequest.objects.filter(pk=open_one.pk).update(about=f"{open_one.about}\n{about}".strip()[:LONGEST])
        if same is not None:
            _not_called(same).update(state=CallbackState.WITHDRAWN, problem="The caller gave another number.")
        return open_one
    if same is not None and _not_called(same).update(number=number):
        same.refresh_from_db()
        return same
    return same


def _not_called(request: CallbackRequest) -> QuerySet[CallbackRequest]:
    return CallbackRequest.objects.filter(pk=request.pk, state=CallbackState.WAITING, attempts__isnull=True)


def _made(key: str, wanted: dict[str, object]) -> CallbackRequest:
    try:
        with transaction.atomic():
            return CallbackRequest.objects.create(dedupe_key=key, **wanted)
    except IntegrityError:  # the same person asked on two calls at once
        return CallbackRequest.objects.get(
            Q(dedupe_key=key) | Q(number=wanted["number"], destination=wanted["destination"], state__in=OPEN)
        )
