"""Who wants no more calls: the one list that every other list is held against. Sync and idempotent."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from flows.numbers import same_number
from streams.batches import batches
from streams.models import Call, Callee, DoNotCall, OutboundAttempt
from streams.models.outbound import CalleeState, OutboundResult
from streams.outbound import cutting_off, settling

BY_KEY, BY_WORD = "They pressed the key for it on a call.", "They said so on a call."
AT_ONCE = 500  # numbers in one query


def is_refused(number: str) -> bool:
    """Whether this number wants no calls."""
    return DoNotCall.has(number)


def refused(numbers: Iterable[str]) -> set[str]:
    """Which of these want none; one query for some hundred."""
    found = set[str]()
    for some in batches(list(numbers), AT_ONCE):
        found |= set(DoNotCall.objects.filter(number__in=some).values_list("number", flat=True))
    return found


def add(number: str, reason: str, *, by: Any = None, call: Call | None = None) -> bool:
    """Keep it; False when it was there. Whoever waits on a list with it is called no more."""
    about = {"reason": reason[:200], "added_by": by, "call": call, "on_call": call is not None}
    _, is_new = DoNotCall.objects.get_or_create(number=number, defaults=about)
    take_off_lists(number)
    return is_new


def take_off_lists(number: str) -> int:
    """Nobody with this number waits on any list any more, and what rings for it is hung up."""
    cutting_off.soon(number)
    waiting = Callee.objects.filter(number=number, state=CalleeState.WAITING)
    return waiting.update(state=CalleeState.OPTED_OUT, problem="", done_at=timezone.now())


def opt_out(call_pk: int, *, by: str) -> None:
    """Whoever is on the line of this call wants no more calls; `by` key or word. Ordered behind the call's log, so the
    end of the call may have been told before."""
    call = Call.objects.get(pk=call_pk)
    if call.rehearsal_id:
        return
    with transaction.atomic():
        attempt = OutboundAttempt.objects.filter(call=call).first()
        theirs = call.called if call.direction == "outbound" else call.caller
        number = attempt.number if attempt and attempt.number else same_number(theirs)  # carriers spell as they like
        add(number, BY_KEY if by == "key" else BY_WORD, call=call)
        if attempt is not None:
            now = timezone.now()
            if not settling.settle(attempt.pk, OutboundResult.OPTED_OUT, now):
                OutboundAttempt.objects.filter(pk=attempt.pk).update(result=OutboundResult.OPTED_OUT)
            Callee.objects.filter(pk=attempt.callee_id).update(state=CalleeState.OPTED_OUT, problem="", done_at=now)
