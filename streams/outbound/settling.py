"""What became of an attempt, and what follows for who was called. Idempotent: the first word that settles it counts."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from flows.engine.step import MACHINE
from streams.carriers import at_hand
from streams.models import Callee, CallEvent, DoNotCall, OutboundAttempt
from streams.models.outbound import OPEN_RESULTS, CalleeState, ListState, Machines, OutboundResult
from streams.ordered import asking

R, S = OutboundResult, CalleeState
ENDS = {  # results after which nobody is called again
    R.REACHED: S.REACHED,
    R.MESSAGE: S.MESSAGE,
    R.OPTED_OUT: S.OPTED_OUT,
    R.NO_SUCH_NUMBER: S.GAVE_UP,
    R.UNKNOWN: S.GAVE_UP,
}
PROBLEMS = {
    R.NO_SUCH_NUMBER: "There is no such number, says the carrier.",
    R.UNKNOWN: "They picked up, and then nobody told how it went. Look at the call.",
}
WHILE_IT_RANG = "The number was put on the do-not-call list while it rang."  # so begins a `why` of `cutting_off`
TRIES_ARE_OVER = "They could not be reached."
END_TOLD_WITHIN = timedelta(minutes=3)
SHORTEST_WAIT = timedelta(minutes=5)  # after an order of which the carrier knows nothing; it might ring late
# How long after the order nothing more is to be expected, and the carrier is asked.
QUIET_FOR = {
    R.ORDERED: timedelta(minutes=3),
    R.RINGING: timedelta(minutes=4),
    R.ANSWERED: timedelta(hours=4, minutes=10),  # the carrier ends every call before that
}


def settle(attempt_pk: int, result: OutboundResult, now: datetime, *, why: str = "") -> bool:
    """Say how an attempt went, and move the callee on; False when that was said before."""
    with transaction.atomic():
        open_one = OutboundAttempt.objects.filter(pk=attempt_pk, result__in=OPEN_RESULTS)
        # who heard nothing was abandoned, also where we only learn afterwards that they picked up
        took = {"answered_at": Coalesce("answered_at", Value(now))} if result == R.WE_FAILED else {}
        if not open_one.update(result=result, settled_at=now, why=why[:300], **took):
            return False
        attempt = OutboundAttempt.objects.select_related("callee__call_list").get(pk=attempt_pk)
        mine = Callee.objects.filter(pk=attempt.callee_id, state=S.CALLING)
        mine.update(**_what_follows(attempt.callee, result, now, why))
    return True


def _what_follows(callee: Callee, result: OutboundResult, now: datetime, why: str) -> dict[str, object]:
    if result in ENDS:
        return {"state": ENDS[result], "done_at": now, "problem": PROBLEMS.get(result, why)}
    if DoNotCall.has(callee.number):
        return {"state": S.OPTED_OUT, "done_at": now, "problem": why[:300]}
    if callee.call_list.state == ListState.DONE:
        return {"state": S.REMOVED, "done_at": now}
    tries = callee.attempts.exclude(result=R.NEVER_MADE).count()
    if tries >= callee.call_list.most_attempts:
        return {"state": S.GAVE_UP, "done_at": now, "problem": (why or TRIES_ARE_OVER)[:300]}
    return {"state": S.WAITING, "next_at": now + _pause(callee, result, why), "problem": why[:300]}


def _pause(callee: Callee, result: OutboundResult, why: str) -> timedelta:
    if result != R.NEVER_MADE:
        return callee.call_list.pause
    return timedelta(0) if why else SHORTEST_WAIT  # with a `why` nothing was ordered: `standstill` says when again


def revive(attempt: OutboundAttempt) -> bool:
    """A call of which the carrier knew nothing rang all the same, and they picked up: it goes on, unless they are being
    called again, by any list, or are off the list."""
    try:
        with transaction.atomic():
            waiting = Callee.objects.filter(pk=attempt.callee_id, state=S.WAITING)
            if attempt.result != R.NEVER_MADE or not waiting.update(state=S.CALLING, problem=""):
                return False
            OutboundAttempt.objects.filter(pk=attempt.pk).update(result=R.RINGING, settled_at=None, why="")
    except IntegrityError:
        return False
    attempt.result = R.RINGING
    return True


def rang_after_all(attempt_pk: int, result: OutboundResult) -> None:
    """A call of which the carrier knew nothing was made late, and nobody took it: it is one of the calls of the day."""
    OutboundAttempt.objects.filter(pk=attempt_pk, result=R.NEVER_MADE).update(result=result, why="")


def settle_silent(now: datetime, most: int = 5) -> int:
    """Ask the carrier about attempts that went silent, a few in one sweep; one that it cannot tell about stays."""
    silent = Q()
    for result, quiet in QUIET_FOR.items():
        silent |= Q(result=result, ordered_at__lt=now - quiet)
    attempts = OutboundAttempt.objects.filter(silent)
    done = _settle_ended(now) + sum(settle(one.pk, R.UNKNOWN, now) for one in attempts.filter(result=R.ANSWERED))
    to_ask = list(attempts.exclude(result=R.ANSWERED).order_by("?")[:most])  # none that stays keeps others waiting
    if not to_ask or at_hand.why_not():
        return done
    asked_to_hang_up = {one.pk: one.why for one in to_ask if one.why.startswith(WHILE_IT_RANG)}

    def told(pk: int, how: str) -> bool:
        # a call that was cancelled has one of the codes of one that was picked up, or no record
        cut_off = pk in asked_to_hang_up and how in (asking.PICKED_UP, asking.NEVER_MADE)
        return settle(pk, R.OPTED_OUT if cut_off else result_of(how), now, why=asked_to_hang_up.get(pk, ""))

    with at_hand.carrier() as account:
        return done + asking.ask(account, to_ask, now, told)


def _settle_ended(now: datetime) -> int:
    """Calls that are over by all that we know, though the carrier never told us here: they keep no place of a list."""
    over = OutboundAttempt.objects.filter(result=R.ANSWERED, call__ended_at__lt=now - END_TOLD_WITHIN)
    return sum(settle(one.pk, spoken_with(one), now) for one in over.select_related("callee__call_list"))


def spoken_with(attempt: OutboundAttempt) -> OutboundResult:
    """How a call went that was picked up and is over. A machine that hung up before the message took none; who was only
    asked for a moment was not spoken with."""
    if not attempt.machine:
        return R.REACHED if attempt.result == R.ANSWERED else R.WE_FAILED
    told = CallEvent.objects.filter(call=attempt.call_id, kind="left", data__outcome=MACHINE)
    leaves_message = attempt.callee.call_list.machines == Machines.MESSAGE
    return R.MESSAGE if leaves_message and told.exists() else R.MACHINE


def result_of(how: str) -> OutboundResult:
    """How an attempt went, from what `ordered.asking` says. Who picked up without our being asked heard nothing."""
    return R.WE_FAILED if how == asking.PICKED_UP else R(how)
