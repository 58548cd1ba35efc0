"""Calls that were abandoned: whoever picked up was kept waiting, or nobody could be reached for them (rule L04).

The carrier does not tell when a greeting ends, so the two seconds are counted from the moment they picked up, which is
stricter. A list on which more than three in a hundred are abandoned stops itself.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q

from streams.models import CallEvent, CallList, OutboundAttempt
from streams.models.outbound import ListState, OutboundResult

WORDS_WITHIN = 2.0  # seconds
MOST_PERCENT = 3
FEWEST = 2  # one call that went wrong is no pattern
LOOKED_BACK = timedelta(hours=24)
LOG_WITHIN = timedelta(seconds=15)  # of its end a call's log is whole
SAID = ("prompt_started", "agent_said", "house_said")
R = OutboundResult


def judge(now: datetime, most: int = 200) -> int:
    """Look at the calls that ended, and stop the lists that go wrong; gives how many calls were judged."""
    ended = OutboundAttempt.objects.filter(abandoned=None, answered_at__isnull=False, settled_at__lt=now - LOG_WITHIN)
    judged = list(ended.select_related("call", "callee").order_by("pk")[:most])
    for attempt in judged:
        OutboundAttempt.objects.filter(pk=attempt.pk).update(abandoned=was_abandoned(attempt))
    for call_list_pk in {attempt.callee.call_list_id for attempt in judged}:
        stop_if_wrong(call_list_pk, now)
    return len(judged)


def was_abandoned(attempt: OutboundAttempt) -> bool:
    """Whether this call, which somebody took, was one of nothing said in time, or of nobody reached for them."""
    if attempt.machine or attempt.result in (R.OPTED_OUT, R.MACHINE, R.MESSAGE):
        return False
    if attempt.result == R.WE_FAILED or attempt.call is None or attempt.answered_at is None:
        return True
    lines = CallEvent.objects.filter(call=attempt.call)
    transfers = list(lines.filter(kind="transfer_finished").values_list("data__result", flat=True))
    if (transfers or lines.filter(kind="transfer_refused").exists()) and "completed" not in transfers:
        return True
    return seconds_to_words(attempt) > WORDS_WITHIN and not _left_at_once(attempt)


def seconds_to_words(attempt: OutboundAttempt) -> float:
    """From the moment they picked up to the first word that they were sent; a day where there was none."""
    call, answered_at = attempt.call, attempt.answered_at
    first = CallEvent.objects.filter(call=call, kind__in=SAID).order_by("seq").values_list("at", flat=True).first()
    if call is None or answered_at is None or first is None:
        return LOOKED_BACK.total_seconds()
    began = call.answered_at or answered_at
    return (began - answered_at).total_seconds() + first


def _left_at_once(attempt: OutboundAttempt) -> bool:
    """Who hangs up within the two seconds was not kept waiting."""
    call = attempt.call
    if call is None or call.ended_at is None or attempt.answered_at is None:
        return False
    return (call.ended_at - attempt.answered_at).total_seconds() <= WORDS_WITHIN


def stop_if_wrong(call_list_pk: int, now: datetime) -> bool:
    """Pause a running list of which too many calls of the last day were abandoned, since somebody last started it: who
    lets it go on has looked at those before."""
    mine = CallList.objects.filter(pk=call_list_pk, state=ListState.RUNNING)
    started_at = mine.values_list("state_at", flat=True).first()
    if started_at is None:
        return False
    since = OutboundAttempt.objects.filter(
        callee__call_list=call_list_pk,
        answered_at__gt=max(started_at, now - LOOKED_BACK),
        abandoned__isnull=False,
        machine=False,
    )
    counted = since.aggregate(n=Count("pk"), bad=Count("pk", filter=Q(abandoned=True)))
    n, bad = counted["n"], counted["bad"]
    if bad < FEWEST or bad * 100 <= MOST_PERCENT * n:
        return False
    why = (
        f"It stopped itself: {bad} of {n} people who picked up within a day heard nothing for two seconds, or could "
        f"not be put through. That may be {MOST_PERCENT} in a hundred at most. Look at these calls before it goes on."
    )
    return stop_itself(call_list_pk, why, now)


def stop_itself(call_list_pk: int, why: str, now: datetime) -> bool:
    """Pause a running list that went wrong, until somebody has looked at it; an alert tells of it."""
    mine = CallList.objects.filter(pk=call_list_pk, state=ListState.RUNNING)
    stopped = mine.update(state=ListState.PAUSED, state_by=None, state_at=now, why=why[:300], stopped_itself=True)
    return bool(stopped)
