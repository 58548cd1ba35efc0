"""How a stored call goes on: from its row to the pure walk of `continuation`, and back into the row. Sync.

Used by whoever plays the carrier's part: its webhooks, and the phone in the browser.
"""

from datetime import datetime
from functools import partial

from django.utils import timezone

from flows.engine.snapshot import dump_state, load, load_state
from flows.engine.step import State
from streams import troubles
from streams.continuation import Next, Told, Walk, proceed
from streams.desk import telling
from streams.event_log import append
from streams.models import Call
from streams.reports.reading import zero
from streams.webhooks.dialling import dialable


def go_on(call: Call, told: Told) -> Next:
    """What comes next for this call, stored. The caller of this holds the lock of the call's row.

    Raises what a flow raises that cannot be read, or a broken step.
    """
    snapshot = call.snapshot
    if snapshot is None:
        raise LookupError("No flow carries this call.")
    walk = Walk(
        flow=load(snapshot),
        state=load_state(call.state) if call.state else State(),
        pending=call.pending,
        at=since_answer(call),
        continues=call.continues,
        dialable=partial(dialable, now=timezone.now()),
    )
    upcoming = proceed(walk, told)
    _keep(call, walk, upcoming)
    return upcoming


def since_answer(call: Call, at: datetime | None = None) -> float:
    """Seconds from when the call was answered, or came in, to this moment, or to now."""
    return max(((at or timezone.now()) - zero(call)).total_seconds(), 0.0)


def _keep(call: Call, walk: Walk, upcoming: Next) -> None:
    append(call.pk, upcoming.entries)
    telling.stored(call.pk, upcoming.entries)
    names = walk.flow.resources.get("destination", {})
    refused = [entry.data for entry in upcoming.entries if entry.kind == "transfer_refused"]
    for line in [] if call.rehearsal_id else refused:  # who tests sees it at once
        key = str(line["destination"])
        troubles.refused(call.pk, "transfer", str(names.get(key, key)), str(line["why"]))
    if upcoming.state is not walk.state:
        call.state = dump_state(upcoming.state)
    call.pending = dict(upcoming.pending)
    call.continues += upcoming.dropped
    call.save(update_fields=["state", "pending", "continues"])
