"""What became of an attempt, and what follows for the request. Idempotent: the first word that settles it counts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from streams.carriers import at_hand
from streams.models import CallbackAttempt, CallbackRequest
from streams.models.callbacks import UNDER_WAY, AttemptResult, CallbackState
from streams.ordered import asking
from streams.ordered.refusals import again_at

R = AttemptResult
ENDS = {R.REACHED: CallbackState.REACHED, R.CANCELLED: CallbackState.WITHDRAWN, R.UNKNOWN: CallbackState.GAVE_UP}
OUR_FAULT = 3  # times sooner they are called again when it was we who could not be reached
SHORTEST_WAIT = timedelta(minutes=5)
END_TOLD_WITHIN = timedelta(minutes=3)  # of the end of its call
# How the carrier says that it went: the same words, but for what only a call-back can mean.
HOW = {asking.PICKED_UP: R.NOT_CONFIRMED, asking.MACHINE: R.NOT_CONFIRMED, asking.NO_SUCH_NUMBER: R.FAILED}

# How long after the order nothing more is to be expected, and the carrier is asked.
QUIET_FOR = {
    R.ORDERED: timedelta(minutes=3),
    R.RINGING: timedelta(minutes=3),
    R.ANSWERED: timedelta(minutes=6),
    R.CONNECTING: timedelta(hours=4, minutes=10),
}
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
    return {"state": CallbackState.WAITING, "next_at": _next_at(request, result, now, why), "problem": why[:300]}


def _next_at(request: CallbackRequest, result: AttemptResult, now: datetime, why: str) -> datetime:
    usual = timedelta(minutes=request.minutes)
    if result == R.NEVER_MADE and why:  # it was not even ordered: the carrier could not be asked
        in_vain = request.attempts.filter(result=R.NEVER_MADE).exclude(why="").order_by("ordered_at").first()
        return again_at(in_vain.ordered_at if in_vain else now, now)
    if result == R.NEVER_MADE:
        return now + SHORTEST_WAIT
    return now + (max(usual / OUR_FAULT, SHORTEST_WAIT) if result == R.WE_FAILED else usual)


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
    over = Q(call__ended_at__lt=now - END_TOLD_WITHIN) | silent
    connecting = CallbackAttempt.objects.filter(over, result=R.CONNECTING)
    done = sum(settle(one.pk, R.UNKNOWN, now) for one in connecting)
    to_ask = attempts.exclude(result=R.CONNECTING).order_by("?")[:most]  # none that stays keeps others waiting
    return done + (0 if at_hand.why_not() else _ask_the_carrier(list(to_ask), now))


def _ask_the_carrier(attempts: list[CallbackAttempt], now: datetime) -> int:
    """How many were settled."""
    answered = {one.pk for one in attempts if one.result == R.ANSWERED}

    def told(pk: int, how: str) -> bool:
        return settle(pk, R.NOT_CONFIRMED if pk in answered and how == R.NEVER_MADE else result_of(how), now)

    with at_hand.carrier() as account:
        return asking.ask(account, attempts, now, told)


def result_of(how: str) -> AttemptResult:
    """How an attempt went, from what `ordered.asking` says."""
    return HOW.get(how) or R(how)
