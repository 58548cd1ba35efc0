"""What people do with a list: start it, pause it, stop it for good, and call one number. Sync."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db import transaction

from flows.engine.snapshot import load
from flows.models import FlowVersion
from flows.numbers import masked
from streams.ai.provider import ProviderError
from streams.audio import prompts
from streams.models import Callee, CallList
from streams.models.outbound import CalleeState, CallsFor, ListState
from streams.opt_out import Opening
from streams.ordered.hours import decent_span
from streams.outbound import beginning, due, fitting

NO_VERSION = "Its flow has no published version. Publish one first."
NOBODY = "Nobody on it waits to be called. Add people first."
NO_HOURS = "Its window lies outside the hours in which people may be called ({} to {}). Change its window."
NO_VOICE = "The first words of the calls could not be made: {}"
AGREED = "Tick that everybody on it has agreed in writing to sales calls by an automated voice."


def why_not_start(call_list: CallList, *, agreed: bool = True) -> list[str]:
    """What stands in the way of starting it, as sentences."""
    return list(_obstacles(call_list, agreed))


def _obstacles(call_list: CallList, agreed: bool) -> Iterator[str]:
    begins, ends = decent_span()
    if f"{call_list.closes:%H:%M}" <= begins or f"{call_list.opens:%H:%M}" >= ends:
        yield NO_HOURS.format(begins, ends)
    if not call_list.callees.filter(state=CalleeState.WAITING).exists():
        yield NOBODY
    if call_list.calls_for == CallsFor.SALES and not agreed:
        yield AGREED
    version = beginning.version_for(call_list)
    if version is None:
        yield NO_VERSION
        return
    yield from fitting.in_flow(call_list, load(version.snapshot))


def start(call_list: CallList, now: datetime, *, by: Any, agreed: bool = True) -> list[str]:
    """Let it call from now on; what stands in the way, if anything, and then nothing has changed."""
    if problems := why_not_start(call_list, agreed=agreed):
        return problems
    version = beginning.version_for(call_list)
    if version and (problem := _make_first_words(call_list, version)):
        return [NO_VOICE.format(problem)]
    stopped = [ListState.DRAFT, ListState.PAUSED]
    if not _move(call_list, stopped, ListState.RUNNING, now, by=by):
        return ["It runs already, or is done. Load the page again."]
    due.sweep_soon()
    return []


def _make_first_words(call_list: CallList, version: FlowVersion) -> str:
    """Have the first words read now: whoever picks up must not wait for them. Why that could not be done, or ""."""
    flow = load(version.snapshot)
    opening = Opening.of(call_list.company, flow.language)
    try:
        for _ in prompts.render(opening.all_texts(), voice=flow.voice, language=flow.language):
            pass
    except ProviderError as error:
        return str(error)
    return ""


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
    with transaction.atomic():
        call_list.name, call_list.by_hand, call_list.most_attempts = f"Call to {masked(number)}", True, 1
        call_list.weekdays, call_list.opens, call_list.closes = "0123456", time(0), time(23, 59)
        call_list.save()
        Callee.objects.create(call_list=call_list, number=number, name=name, next_at=now)
        problems = start(call_list, now, by=by)
        if problems:
            transaction.set_rollback(True)
    return problems
