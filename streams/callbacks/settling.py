"""What became of an attempt, and what follows for the request. Idempotent: the first word that settles it counts."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.models import Call, CallbackAttempt, CallbackRequest
from streams.models.callbacks import UNDER_WAY, AttemptResult, CallbackState

log = logging.getLogger(__name__)

R = AttemptResult
ENDS = {R.REACHED: CallbackState.REACHED, R.CANCELLED: CallbackState.WITHDRAWN, R.UNKNOWN: CallbackState.GAVE_UP}
OUR_FAULT = 3  # times sooner they are called again when it was we who could not be reached
SHORTEST_WAIT = timedelta(minutes=5)
CARRIER_WORDS = {  # CallStatus of a call that is over, and how the attempt went
    "busy": R.BUSY,
    "no-answer": R.NO_ANSWER,
    "timeout": R.NO_ANSWER,
    "cancel": R.NO_ANSWER,
    "failed": R.FAILED,
}
CAUSES = {
    3010: R.BUSY,
    3100: R.BUSY,
    3000: R.NO_ANSWER,
    6010: R.NO_ANSWER,
    4000: R.NOT_CONFIRMED,
    4010: R.NOT_CONFIRMED,
}

# How long after the order nothing more is to be expected, and the carrier is asked.
QUIET_FOR = {
    R.ORDERED: timedelta(minutes=3),
    R.RINGING: timedelta(minutes=3),
    R.ANSWERED: timedelta(minutes=6),
    R.CONNECTING: timedelta(hours=4, minutes=10),
}
RECORD_WITHIN = timedelta(minutes=10)  # of its end a call has a record; seconds are usual
ZONES_DIFFER = timedelta(days=1)  # in which zone the carrier reads a time is not sure; what we know is left out
MOST_ASKED_ABOUT = 20
TRIES_ARE_OVER = "They could not be reached."
NOT_SURE = "They pressed 1, and then nobody told whether they spoke. Call them yourself."


def settle(attempt_pk: int, result: AttemptResult, now: datetime, *, why: str = "") -> bool:
    """Say how an attempt went, and move its request on; False when that was said before."""
    with transaction.atomic():
        open_one = CallbackAttempt.objects.filter(pk=attempt_pk, result__in=UNDER_WAY)
        if not open_one.update(result=result, settled_at=now, why=why[:300]):
            return False
        request = CallbackAttempt.objects.select_related("request").get(pk=attempt_pk).request
        CallbackRequest.objects.filter(pk=request.pk, state=CallbackState.CALLING).update(
            **_what_follows(request, result, now, why)
        )
    return True


def _what_follows(request: CallbackRequest, result: AttemptResult, now: datetime, why: str) -> dict[str, object]:
    if result in ENDS:
        closed = {"done_at": now} if result != R.UNKNOWN else {}
        return {"state": ENDS[result], "problem": NOT_SURE if result == R.UNKNOWN else "", **closed}
    tries = request.attempts.exclude(result=R.NEVER_MADE).count()
    if tries >= request.most_attempts:
        return {"state": CallbackState.GAVE_UP, "problem": (why or TRIES_ARE_OVER)[:300]}
    return {"state": CallbackState.WAITING, "next_at": now + _pause(request, result), "problem": why[:300]}


def _pause(request: CallbackRequest, result: AttemptResult) -> timedelta:
    usual = timedelta(minutes=request.minutes)
    if result == R.NEVER_MADE:
        return SHORTEST_WAIT
    return max(usual / OUR_FAULT, SHORTEST_WAIT) if result == R.WE_FAILED else usual


def revive(attempt: CallbackAttempt) -> bool:
    """A call of which the carrier knew nothing rang all the same, and they picked up: it goes on, unless they are being
    called again or the request is closed."""
    with transaction.atomic():
        waiting = CallbackRequest.objects.filter(pk=attempt.request_id, state=CallbackState.WAITING)
        if attempt.result != R.NEVER_MADE or not waiting.update(state=CallbackState.CALLING, problem=""):
            return False
        CallbackAttempt.objects.filter(pk=attempt.pk).update(result=R.ANSWERED, settled_at=None, why="")
    return True


# --- Attempts of which nobody told the end --------------------------------------------------------------------------


def settle_silent(now: datetime, most: int = 5) -> int:
    """Ask the carrier about attempts that went silent, a few in one sweep; one that it cannot tell about stays."""
    silent = Q()
    for result, quiet in QUIET_FOR.items():
        silent |= Q(result=result, ordered_at__lt=now - quiet)
    attempts = CallbackAttempt.objects.filter(silent)
    done = sum(settle(one.pk, R.UNKNOWN, now) for one in attempts.filter(result=R.CONNECTING))
    to_ask = attempts.exclude(result=R.CONNECTING).order_by("?")[:most]  # none that stays keeps others waiting
    return done + (_ask_the_carrier(list(to_ask), now) if settings.PLIVO_AUTH_ID else 0)


def _ask_the_carrier(attempts: list[CallbackAttempt], now: datetime) -> int:
    """How many were settled. A carrier that does not answer is not asked again in this sweep, which has more to do."""
    settled = 0
    try:
        with Account(settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN) as account:
            for attempt in attempts:
                found = _told_by(account, attempt, now)
                settled += found is not None and settle(attempt.pk, found, now)
    except PlivoSaidNo as error:
        log.warning("The carrier could not tell what became of call-backs: %s", error)
    return settled


def _told_by(account: Account, attempt: CallbackAttempt, now: datetime) -> AttemptResult | None:
    """How the attempt went, by the carrier; None while that is open."""
    if _is_under_way(account, attempt):
        return None
    records = account.records_to(attempt.number, since=attempt.ordered_at - ZONES_DIFFER)
    others = _of_others(attempt, [str(record.get("call_uuid", "")) for record in records])
    mine = [record for record in records if str(record.get("call_uuid", "")) not in others]
    if mine:
        return _by_record(next((r for r in mine if r.get("call_uuid") == attempt.request_uuid), mine[0]))
    if now - attempt.ordered_at < RECORD_WITHIN:
        return None
    return R.NOT_CONFIRMED if attempt.result == R.ANSWERED else R.NEVER_MADE


def _is_under_way(account: Account, attempt: CallbackAttempt) -> bool:
    """Whether the call of this attempt is still on. Yes, where too many are unknown to us."""
    calls = account.under_way()
    if attempt.request_uuid in calls:
        return True
    others = _of_others(attempt, list(calls))
    unknown = [uuid for uuid in calls if uuid not in others]
    if len(unknown) > MOST_ASKED_ABOUT:
        return True
    return any(account.goes_to(uuid, calls[uuid]) == attempt.number.lstrip("+") for uuid in unknown)


def _of_others(attempt: CallbackAttempt, call_uuids: list[str]) -> set[str]:
    """Which of these calls we know to be something else than this attempt."""
    known = Call.objects.filter(call_uuid__in=call_uuids).exclude(pk=attempt.call_id or 0)
    ordered = CallbackAttempt.objects.filter(request_uuid__in=call_uuids).exclude(pk=attempt.pk)
    return {*known.values_list("call_uuid", flat=True), *ordered.values_list("request_uuid", flat=True)}


def _by_record(record: dict[str, object]) -> AttemptResult:
    code = str(record.get("hangup_cause_code", ""))
    return CAUSES.get(int(code), R.FAILED) if code.isdecimal() else R.FAILED
