"""A list of which the carrier refuses every order, such as for a number of ours that is not on the account, stops
itself before everybody on it has lost their attempts. Sync."""

from datetime import datetime

from streams.models import CallList, OutboundAttempt
from streams.models.outbound import OutboundResult
from streams.outbound.abandoning import stop_itself

IN_A_ROW = 5
WHY = "It stopped itself: the carrier refused the last {} calls that it ordered. {} Mend that before it goes on."
NOT_TAKEN = (OutboundResult.ORDERED, OutboundResult.NEVER_MADE)


def stop_if_refused(call_list: CallList, now: datetime) -> bool:
    """Pause a running list of which the latest orders, since somebody last started it, were all refused."""
    since = OutboundAttempt.objects.filter(callee__call_list=call_list, ordered_at__gt=call_list.state_at)
    latest = list(since.exclude(result__in=NOT_TAKEN).order_by("-ordered_at", "-pk")[:IN_A_ROW])
    refused = [one for one in latest if one.result == OutboundResult.FAILED and one.why and not one.request_uuid]
    if len(refused) < IN_A_ROW:
        return False
    return stop_itself(call_list.pk, WHY.format(IN_A_ROW, refused[0].why), now)
