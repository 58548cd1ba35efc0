"""Test calls from the browser: what is called, what must be made first, and what comes after each stream. Sync.

The browser plays the carrier's part. What it is told to do is a page, as the carrier's documents are, in plain words:

    {"do": "stream"}                                         open the stream (its address is added later)
    {"do": "dial", "to": "Support desk", "seconds": 25}      the tester says whether they answer
    {"do": "record", "seconds": 120, "key": "#"}             the tester leaves a message, or none
    {"do": "hangup", "why": "..."}                           the call is over
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from flows import publishing, spoken
from flows.engine.machine import Flow as EngineFlow
from flows.engine.snapshot import dump_state, readable
from flows.engine.step import State
from flows.models import Flow, FlowVersion, PhoneNumber
from streams import calls, proceeding
from streams.continuation import Next, Told
from streams.desk import telling
from streams.event_log import Entry, append
from streams.models import Call, Rehearsal

Page = dict[str, Any]

SEEN_EVERY = timedelta(seconds=10)
GONE_AFTER = timedelta(seconds=90)  # a page in the background may ask only once a minute
AT_ONCE = 200  # calls of one sweep
AT_A_TIME = 1.5  # seconds that prompts are made for before whoever waits is told how far it is
SORRY = "The line could not go on. A caller hears an apology and is put through to the operator."


class CannotCall(Exception):
    """This cannot be called as it is. `sentences` say what to do."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Subject:
    """What is called: a draft as it is now, or a version; `begins_in` is a further language of it, "" its own."""

    row: Flow
    title: str
    flow: EngineFlow
    snapshot: Mapping[str, Any]
    begins_in: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many prompts are made, of how many, and roughly how many seconds the rest takes (None: nobody knows yet)."""

    done: int
    of: int
    seconds_left: int | None = None


def of_draft(row: Flow) -> Subject:
    """The draft of this flow. Raises `CannotCall` with its problems when a step's settings cannot be read."""
    draft = publishing.draft(row)
    snapshot = draft.snapshot()
    if draft.flow is None or snapshot is None:
        names = dict(row.steps.values_list("key", "name"))
        raise CannotCall(*(f"{names.get(found.step, found.step)}: {found.sentence}" for found in draft.problems))
    return Subject(row, f"Draft of {row.name}"[:120], draft.flow, snapshot)


def of_version(version: FlowVersion) -> Subject:
    """A published version. Raises `CannotCall` when another release of this program made it."""
    flow = readable(version.snapshot)
    if flow is None:
        said = "This version was made by another release of this program and cannot be called. Publish the draft again."
        raise CannotCall(said)
    return Subject(version.flow, str(version)[:120], flow, version.snapshot)


def speaking(subject: Subject, language: str) -> Subject:
    """The same, to be called in a further language of the flow; one that it does not speak leaves it as it is."""
    speaks = any(each.code == language for each in subject.flow.languages)
    return replace(subject, begins_in=language) if speaks else subject


def make_prompts(subject: Subject, *, within: float | None = None) -> Progress | None:
    """Make what is missing of its prompts, `within` so many seconds (usually `AT_A_TIME`); None when all are there.

    Raises `CannotCall` when the voice fails.
    """
    unmade = spoken.unmade(subject.flow)
    of = sum(len(each.texts) for each in spoken.readings(subject.flow))
    missing = sum(len(each.texts) for each in unmade)
    began, made = time.monotonic(), 0
    enough = AT_A_TIME if within is None else within
    try:
        for _ in spoken.render(unmade):
            made += 1
            spent = time.monotonic() - began
            if spent >= enough and made < missing:
                left = round(spent / made * (missing - made)) or 1
                return Progress(of - missing + made, of, left)
    except Exception as error:  # whatever a voice engine raises: the tester must learn of it, in words
        left_out = missing - made
        what = "1 prompt is" if left_out == 1 else f"{left_out} prompts are"
        said = f"The voice {spoken.why(error)}, so {what} not ready. Try again, or record them yourself."
        raise CannotCall(said) from error
    return None


def begin(
    subject: Subject,
    *,
    by: AbstractBaseUser,
    caller: str,
    moment: datetime | None,
    earlier_calls: int = 0,
    note: str = "",
) -> Call:
    """Open the call. The number that is called is one that this flow answers, where there is one."""
    number = PhoneNumber.objects.filter(version__flow=subject.row).first() or PhoneNumber.objects.first()
    with transaction.atomic():
        rehearsal = Rehearsal.objects.create(
            flow=subject.row,
            title=subject.title,
            snapshot=subject.snapshot,
            by_id=by.pk,
            moment=moment,
            earlier_calls=earlier_calls,
            note=note,
            page={"do": "stream"},
        )
        call = Call.objects.create(
            call_uuid=str(uuid.uuid4()),
            rehearsal=rehearsal,
            caller=caller,
            called=number.number if number else "",
            began_at=datetime.now(UTC),
            state=dump_state(State(language=subject.begins_in)) if subject.begins_in else {},
        )
        calls.issue_token(call, document=0)
        telling.changed(call.pk, telling.BEGAN)
    return call


def handed_out(call: Call, page: Page) -> Page:
    """The page as the browser gets it, with its number, and the stream's address where it opens one."""
    document = call.rehearsal.document if call.rehearsal else 0
    more = {"address": f"/stream/{calls.document_token(call.call_uuid, document)}/"} if page["do"] == "stream" else {}
    return {**page, **more, "document": document}


@transaction.atomic
def next_page(call_pk: int, document: int, told: Told) -> Page:
    """What comes after the page with this number. Asked again, the same page is handed out again."""
    call = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("rehearsal").get(pk=call_pk)
    rehearsal = call.rehearsal
    if rehearsal is None:
        raise LookupError("This is no test call.")
    if document != rehearsal.document:
        return handed_out(call, rehearsal.page)
    calls.streams_over(call, at=datetime.now(UTC))
    gone = told.caller_gone or call.status in calls.OVER
    rehearsal.page = _page(call, replace(told, caller_gone=gone))
    rehearsal.document += 1
    rehearsal.save(update_fields=["page", "document"])
    if rehearsal.page["do"] == "stream":
        calls.issue_token(call, document=rehearsal.document)
    if rehearsal.page["do"] == "hangup":
        hang_up(call)
    return handed_out(call, rehearsal.page)


def seen(call: Call, now: datetime) -> None:
    """The tester's page is there. Written every few seconds at most, however often the page asks."""
    if call.rehearsal and call.rehearsal.seen_at < now - SEEN_EVERY:
        Rehearsal.objects.filter(pk=call.rehearsal.pk).update(seen_at=now)


def end_abandoned(now: datetime) -> int:
    """Hang up the test calls whose page is gone: closed in the middle of a transfer, it tells nobody. Says how many."""
    gone = list(Call.objects.filter(rehearsal__seen_at__lt=now - GONE_AFTER, ended_at=None)[:AT_ONCE])
    for call in gone:
        hang_up(call)
    return len(gone)


def hang_up(call: Call) -> None:
    """The call is over, whoever ended it. Said again, it changes nothing."""
    calls.call_ended(call.call_uuid, by="hangup", at=datetime.now(UTC))
    calls.ring(call.pk)


def _page(call: Call, told: Told) -> Page:
    try:
        upcoming = proceeding.go_on(call, told)
    except Exception as error:  # a step that breaks, as it would on the line: the tester must see it
        append(call.pk, [Entry(at=proceeding.since_answer(call), kind="error", data={"what": type(error).__name__})])
        return {"do": "hangup", "why": SORRY}
    return _in_words(call, upcoming)


def _in_words(call: Call, upcoming: Next) -> Page:
    match upcoming.page:
        case {"page": "stream"}:
            return {"do": "stream"}
        case {"page": "dial", "ring_seconds": seconds}:
            names = (call.snapshot or {}).get("resources", {}).get("destination", {})
            key = str(upcoming.pending.get("destination", ""))
            return {"do": "dial", "to": names.get(key, key), "seconds": seconds}
        case {"page": "record", "max_seconds": seconds, "finish_key": key}:
            return {"do": "record", "seconds": seconds, "key": key}
        case {"page": "apology"}:
            return {"do": "hangup", "why": SORRY}
    return {"do": "hangup", "why": str(upcoming.pending.get("reason", ""))}
