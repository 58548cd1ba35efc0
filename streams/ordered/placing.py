"""The order itself: the carrier is asked once for a call whose intent is stored, and what it said is noted. Sync.

No order is given twice. One that surely was not taken is settled; one that may have been waits for the carrier's word.
"""

import logging
from collections.abc import Callable
from typing import Any

from streams.carriers import at_hand
from streams.carriers.plivo_api import PlivoSaidNo
from streams.models import CallbackAttempt, OutboundAttempt
from streams.ordered.asking import FAILED, NEVER_MADE
from streams.ordered.refusals import in_words, is_not_theirs

log = logging.getLogger(__name__)

Attempt = CallbackAttempt | OutboundAttempt
ORDERED, RINGING = "ordered", "ringing"  # how an order stands, as both sorts of attempts name it


def place(order: Attempt, ours: str, settle: Callable[[str, str], Any], **wanted: Any) -> None:
    """Order this call from our number `ours`, with one request. `settle` is told the result of an order that surely was
    not taken, and why; `wanted` is how it is to be made."""
    mine = type(order)._default_manager.filter(pk=order.pk)
    try:
        with at_hand.carrier() as account:
            name = account.make_call(ours, order.number, **wanted)
    except PlivoSaidNo as error:
        log.warning("%s %s: the carrier was asked in vain (%s).", type(order).__name__, order.pk, error)
        if error.surely_undone:
            settle(NEVER_MADE if is_not_theirs(error) else FAILED, in_words(error))
        else:
            mine.update(why=str(error)[:300])
    else:
        mine.update(request_uuid=name[:80])
        mine.filter(result=ORDERED).update(result=RINGING)
