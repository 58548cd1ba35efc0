"""What people do with a list: start it, pause it, stop it for good, and call one number. Sync."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db import transaction

from flows.engine.snapshot import load
from flows.models import PhoneNumber
from flows.numbers import masked
from streams.models import Callee, CallList
from streams.models.outbound import CalleeState, CallsFor, ListState
from streams.ordered.hours import decent_span
from streams.outbound import beginning, due, first_words, fitting

NOBODY = "Nobody on it waits to be called. Add people first."
NO_HOURS = "Its window lies outside the hours in which people may be called ({} to {}). Change its window."
CALLED_ALREADY = "This number is being called already, or will be as soon as it may: look under “Single calls”."
STILL_OPEN = (CalleeState.WAITING, CalleeState.CALLING)
AGREED = "Tick that everybody on it has agreed in writing to sales calls by an automated voice."


def why_not_start(call_list: CallList, *, agreed: bool = True) -> list[str]:
    """What stands in the way of starting it, as sentences; but for the voice, which would have to be asked."""
    return [*_nobody(call_list), *_obstacles(call_list, agreed)]


def _nobody(call_list: CallList) -> list[str]:
    return [] if call_list.callees.filter(state=CalleeState.WAITING).exists() else [NOBODY]


def _not_ready(call_list: CallList, *, agreed: bool) -> list[str]:
    """The same of a list that may have nobody on it yet, and its first words made. Not in a transaction: a voice may
    take seconds."""
    problems = list(_obstacles(call_list, agreed))
    return problems or [problem for problem in [first_words.make(call_list)] if problem]


def _obstacles(call_list: CallList, agreed: bool) -> Iterator[str]:
    begins, ends = decent_span()
    if f"{call_list.closes:%H:%M}" <= begins or f"{call_list.opens:%H:%M}" >= ends:
        yield NO_HOURS.format(begins, ends)
    if call_list.calls_for == CallsFor.SALES and not agreed:
        yield AGREED
    version = beginning.version_for(call_list)
    if version is None:
        yield first_words.NO_VERSION
        return
    yield from fitting.in_flow(call_list, load(version.snapshot))


def start(call_list: CallList, now: datetime, *, by: Any, agreed: bool = True) -> list[str]:
    """Let it call from now on; what stands in the way, if anything, and then nothing has changed."""
    if problems := [*_nobody(call_list), *_not_ready(call_list, agreed=agreed)]:
        return problems
    stopped = [ListState.DRAFT, ListState.PAUSED]
    if not _move(call_list, stopped, ListState.RUNNING, now, by=by):
        return ["It runs already, or is done. Load the page again."]
    due.sweep_soon()
    return []


def pause(call_list: CallList, now: datetime, *, by: Any) -> bool:
    """No new calls until it is started again; those under way go on."""
    return _move(call_list, [ListState.RUNNING], ListState.PAUSED, now, by=by)


def stop(call_list: CallList, now: datetime, *, by: Any) -> bool:
    """No new calls ever: whoever waits is taken off. Calls under way go on."""
    with transaction.atomic():
        open_states = [ListState.DRAFT, ListState.RUNNING, ListState.PAUSED]
        if not _move(call_list, open_states, ListState.DONE, now, by=by):
            return False
        waiting = Callee.objects.filter(call_list=call_list, state=CalleeState.WAITING)
        waiting.update(state=CalleeState.REMOVED, done_at=now)
        return True


def _move(call_list: CallList, before: list[ListState], after: ListState, now: datetime, *, by: Any) -> bool:
    mine = CallList.objects.filter(pk=call_list.pk, state__in=before)
    moved = mine.update(state=after, state_by=by, state_at=now, why="", stopped_itself=False)
    if moved:
        call_list.refresh_from_db()
    return bool(moved)


def call_one(call_list: CallList, number: str, now: datetime, *, name: str, by: Any) -> list[str]:
    """Call one number with these settings, as a list of one; what stands in the way, and then nothing is stored."""
    call_list.name, call_list.by_hand, call_list.most_attempts = f"Call to {masked(number)}", True, 1
    call_list.weekdays, call_list.opens, call_list.closes = "0123456", time(0), time(23, 59)
    if problems := _not_ready(call_list, agreed=True):
        return problems
    call_list.state, call_list.state_by, call_list.state_at = ListState.RUNNING, by, now
    with transaction.atomic():
        PhoneNumber.objects.select_for_update(no_key=True).get(pk=call_list.ours_id)  # whoever clicks twice waits here
        if Callee.objects.filter(number=number, call_list__by_hand=True, state__in=STILL_OPEN).exists():
            return [CALLED_ALREADY]
        call_list.save()
        Callee.objects.create(call_list=call_list, number=number, name=name, next_at=now)
    due.sweep_soon()
    return []
