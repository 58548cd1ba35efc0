"""The sweeper's part: calls that are due, and attempts that went silent."""

import logging
from datetime import UTC, datetime

from streams.callbacks import calling, settling
from streams.models import CallbackRequest
from streams.models.callbacks import CallbackState

log = logging.getLogger(__name__)


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
    """Ask the worker to call. A dead broker is no error: the sweeper rings again."""
    from streams.tasks import call_back  # tasks rest on this file

    try:
        call_back.apply_async((request_pk, by_hand), retry=False)
    except Exception as error:  # whatever a broker's driver raises
        log.warning("The worker was not rung for a call-back (%s); the sweeper will.", type(error).__name__)
