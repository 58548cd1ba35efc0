"""The sweeper's part: whom running lists call now, attempts that went silent, and lists that are through."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from django.db import transaction

from streams import bell
from streams.models import Callee, CallList
from streams.models.outbound import CalleeState, ListState
from streams.outbound import (
    abandoning,
    cutting_off,
    first_words,
    fitting,
    machines,
    ordering,
    refused_orders,
    settling,
    window,
)
from streams.outbound.standstill import standstill

log = logging.getLogger(__name__)

A_SECOND = 2  # calls that the carrier begins; more wait there, where we do not see them
SWEEP_SECONDS = 30
LOOKED_AT = 300  # people of one list in one sweep
NOBODY_LEFT = "Nobody on it is left to be called."


def do_what_is_due(now: datetime) -> int:
    """Settle what went silent, stop lists that go wrong, and ring for those who are to be called now."""
    done = cutting_off.what_the_worker_missed() + settling.settle_silent(now) + machines.hang_up_again(now)
    done += abandoning.judge(now) + fitting.stop_unfit(now)
    halt = standstill(now)
    left = A_SECOND * SWEEP_SECONDS if halt is None else int(halt.again_at <= now)
    rung = 0
    for call_list in CallList.objects.filter(state=ListState.RUNNING).select_related("ours").order_by("pk"):
        try:
            if _is_through(call_list, now) or refused_orders.stop_if_refused(call_list, now):
                done += 1
            else:
                rung += _ring_for(call_list, now, rung, left - rung)
        except Exception:  # one list must not keep the others from calling
            log.exception("Call list %s could not be run; the next sweep tries again.", call_list.pk)
    return done + rung


def _ring_for(call_list: CallList, now: datetime, rung: int, left: int) -> int:
    """Ring for as many as this list may call, `left` at most; the pace of the carrier is kept over all lists."""
    most = min(window.room(call_list, now), left) if left > 0 else 0
    callees = list(islice(_callable(call_list, now), max(most, 0)))
    if not callees or not _can_speak(call_list):
        return 0
    for place, callee_pk in enumerate(callees, start=rung):
        ring(callee_pk, after=place / A_SECOND)
    return len(callees)


def _can_speak(call_list: CallList) -> bool:
    """Whether its first words are ready; where not, its page says why, and the next sweep tries again."""
    problem = first_words.make(call_list)[:300]
    if problem != call_list.why:
        CallList.objects.filter(pk=call_list.pk, state=ListState.RUNNING).update(why=problem)
    return not problem


def _callable(call_list: CallList, now: datetime) -> Iterator[int]:
    """Those who may be called now. Whoever may not is put off on the way, so they keep nobody waiting."""
    waiting = Callee.objects.filter(call_list=call_list, state=CalleeState.WAITING, next_at__lte=now)
    for callee in waiting.order_by("next_at", "place")[:LOOKED_AT]:
        callee.call_list = call_list
        if not ordering.must_wait(callee, now):
            yield callee.pk


def _is_through(call_list: CallList, now: datetime) -> bool:
    open_ones = Callee.objects.filter(call_list=call_list, state__in=[CalleeState.WAITING, CalleeState.CALLING])
    if open_ones.exists():
        return False
    with transaction.atomic():  # nobody is added at this moment: `taking.take` holds the same row
        mine = CallList.objects.select_for_update(no_key=True).filter(pk=call_list.pk, state=ListState.RUNNING)
        if not mine.exists() or open_ones.exists():
            return False
        return bool(mine.update(state=ListState.DONE, state_by=None, state_at=now, why=NOBODY_LEFT))


def call_now(callee_pk: int) -> bool:
    """What the worker does when it is rung."""
    return ordering.call(callee_pk, datetime.now(UTC))


def ring(callee_pk: int, *, after: float = 0.0) -> None:
    """Ask the worker to call, in so many seconds."""
    bell.ring("call_out", callee_pk, after=after)


def sweep_soon() -> None:
    """Do what is due as soon as what was stored is there, such as a list that was started."""
    transaction.on_commit(partial(bell.ring, "run_call_lists"), robust=True)
