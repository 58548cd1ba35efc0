"""What people do with a call-back: close it, and what it says of itself in words. Sync."""

from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from flows.models import Destination
from streams.models import CallbackRequest
from streams.models.callbacks import NEEDS_A_PERSON, OPEN, CallbackState
from streams.reports.words import moment

CLOSABLE = (*OPEN, CallbackState.GAVE_UP)


def close(request_pk: int, state: CallbackState, now: datetime, *, by: Any) -> bool:
    """Close it as done by a person or not wanted; False when it is closed already. Who is being called at this moment
    and picks up hears that the call is not needed any more."""
    still_open = CallbackRequest.objects.filter(pk=request_pk, state__in=CLOSABLE)
    return bool(still_open.update(state=state, done_at=now, done_by=by, problem=""))


# Those that need a person first, then those that the line will call, then what is closed.
URGENCY = Case(
    When(NEEDS_A_PERSON, then=Value(0)),
    When(state__in=OPEN, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def stands(request: CallbackRequest) -> tuple[str, str]:
    """Where it stands in words, and the tone of it."""
    if request.state == CallbackState.WAITING and not request.destination:
        return "a person must call", "warn"
    tones = {CallbackState.REACHED: "good", CallbackState.DONE: "good", CallbackState.GAVE_UP: "warn"}
    return request.get_state_display(), tones.get(CallbackState(request.state), "plain")


def next_in_words(request: CallbackRequest) -> str:
    """When the line calls next; "" when it does not."""
    if request.state == CallbackState.CALLING:
        return "now"
    if request.state != CallbackState.WAITING or not request.destination:
        return ""
    return moment(request.next_at)


def attempts_in_words(request: CallbackRequest) -> list[str]:
    """Each attempt as a line. Prefetch `attempts` when there are many."""
    return [
        f"{moment(one.ordered_at)}: {one.get_result_display()}" + (f" ({one.why})" if one.why else "")
        for one in request.attempts.all()
    ]


def places() -> dict[str, str]:
    """The names of the destinations, by key."""
    return dict(Destination.objects.values_list("key", "name"))
