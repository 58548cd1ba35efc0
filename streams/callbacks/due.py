"""The sweeper's part: calls that are due, and attempts that went silent."""

from datetime import UTC, datetime

from streams import bell
from streams.callbacks import calling, settling
from streams.models import CallbackRequest
from streams.models.callbacks import CallbackState


def do_what_is_due(now: datetime, most: int = 20) -> int:
    """Settle what went silent, and ring for those who are to be called now; the next sweep takes the rest."""
    settled = settling.settle_silent(now)
    due = CallbackRequest.objects.filter(state=CallbackState.WAITING, next_at__lte=now).exclude(destination="")
    for request_pk in (request_pks := list(due.order_by("next_at").values_list("pk", flat=True)[:most])):
        ring(request_pk)
    return settled + len(request_pks)


def call_now(request_pk: int, *, by_hand: bool = False) -> bool:
    """What the worker does when it is rung."""
    return calling.call(request_pk, datetime.now(UTC), by_hand=by_hand)


def ring(request_pk: int, *, by_hand: bool = False) -> None:
    """Ask the worker to call."""
    bell.ring("call_back", request_pk, by_hand)
