"""What became of a call that we ordered, by asking the carrier: the only way on where its answer was lost. Sync."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.models import Call, CallbackAttempt, CarrierOrder, OutboundAttempt

log = logging.getLogger(__name__)

# How an order went, as both sorts of attempts name it. `PICKED_UP`: a record says so, and nothing else is known.
BUSY, NO_ANSWER, FAILED, PICKED_UP, NEVER_MADE = "busy", "no-answer", "failed", "picked-up", "never-made"
MACHINE, NO_SUCH_NUMBER = "machine", "no-such-number"
CARRIER_WORDS = {  # CallStatus of a call that is over, and how the attempt went
    "busy": BUSY,
    "no-answer": NO_ANSWER,
    "timeout": NO_ANSWER,
    "cancel": NO_ANSWER,
    "failed": FAILED,
}
CAUSES = {  # the carrier's codes
    **dict.fromkeys((3010, 3100), BUSY),
    **dict.fromkeys((3000, 6010), NO_ANSWER),
    **dict.fromkeys((1000, 4000, 4010), PICKED_UP),
    **dict.fromkeys((2000, 2010, 2030, 2040, 2050, 3050, 3120), NO_SUCH_NUMBER),
    9100: MACHINE,
}

RECORD_WITHIN = timedelta(minutes=10)  # of its end a call has a record; seconds are usual
ZONES_DIFFER = timedelta(days=1)  # in which zone the carrier reads a time is not sure; what we know is left out
MOST_ASKED_ABOUT = 20


def by_code(code: object) -> str:
    """How a call went that ended with this code of the carrier's."""
    told = str(code or "")
    return CAUSES.get(int(told), FAILED) if told.isascii() and told.isdecimal() else FAILED


def ask(account: Account, orders: Iterable[CarrierOrder], now: datetime, settle: Callable[[int, str], bool]) -> int:
    """Ask about each, and settle what is known; gives how many that were. A carrier that does not answer is not asked
    again in this sweep, which has more to do."""
    settled = 0
    try:
        for order in orders:
            found = told_by(account, order, now)
            settled += bool(found) and settle(order.pk, found)
    except PlivoSaidNo as error:
        log.warning("The carrier could not tell what became of calls that we ordered: %s", error)
    return settled


def told_by(account: Account, order: CarrierOrder, now: datetime) -> str:
    """How an order went, by the carrier; "" while that is open."""
    if _is_under_way(account, order):
        return ""
    records = account.records_to(order.number, since=order.ordered_at - ZONES_DIFFER)
    others = _of_others(order, [str(record.get("call_uuid", "")) for record in records])
    mine = [r for r in records if str(r.get("call_uuid", "")) not in others and not _ended_before(r, order)]
    if mine:
        record = next((r for r in mine if r.get("call_uuid") == order.request_uuid), mine[0])
        if not order.request_uuid:  # from now on it is known as ours, and settles no later order
            nameless = type(order)._default_manager.filter(pk=order.pk, request_uuid="")
            nameless.update(request_uuid=str(record.get("call_uuid", ""))[:80])
        return by_code(record.get("hangup_cause_code"))
    return "" if now - order.ordered_at < RECORD_WITHIN else NEVER_MADE


def _ended_before(record: Mapping[str, Any], order: CarrierOrder) -> bool:
    """Whether this call surely ended before it was ordered; not where the record tells no zone."""
    try:
        ended = datetime.fromisoformat(str(record.get("end_time", "")))
    except ValueError:
        return False
    return ended.tzinfo is not None and ended < order.ordered_at


def _is_under_way(account: Account, order: CarrierOrder) -> bool:
    """Whether the call of this order is still on. Yes, where too many are unknown to us."""
    calls = account.under_way()
    if order.request_uuid in calls:
        return True
    others = _of_others(order, list(calls))
    unknown = [uuid for uuid in calls if uuid not in others]
    if len(unknown) > MOST_ASKED_ABOUT:
        return True
    return any(account.goes_to(uuid, calls[uuid]) == order.number.lstrip("+") for uuid in unknown)


def _of_others(order: CarrierOrder, call_uuids: list[str]) -> set[str]:
    """Which of these calls we know to be something else than this order."""
    known = Call.objects.filter(call_uuid__in=call_uuids).exclude(pk=order.call_id or 0)
    others = set(known.values_list("call_uuid", flat=True))
    for sort in (CallbackAttempt, OutboundAttempt):
        ordered = sort.objects.filter(request_uuid__in=call_uuids)
        ordered = ordered.exclude(pk=order.pk) if isinstance(order, sort) else ordered
        others |= set(ordered.values_list("request_uuid", flat=True))
    return others
