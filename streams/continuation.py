"""What comes after a transfer, a recording, or a stream that is over. Pure: time and telephone numbers are given.

A step that needs no audio is taken here, on the carrier's own request: from a busy line to the next destination, or to
voicemail. As soon as the flow wants to be heard or to listen, the caller gets a new stream, and the session there
takes the step: the state stored with the call stays as it was, and `resume_with` says with which event to begin.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.engine.commands import (
    LEAVES_THE_STREAM,
    Command,
    Hangup,
    Listen,
    LogEntered,
    Play,
    StartAgent,
)
from flows.engine.events import CallerHungUp, Event, RecordingFinished, TransferFinished, value
from flows.engine.languages import base
from flows.engine.machine import Flow, advance
from flows.engine.step import State
from flows.engine.usual_texts import usual
from streams.event_log import Entry
from streams.house_texts import THANKS, WE_END
from streams.leaving import pending_of
from streams.log_lines import line_about

Json = Mapping[str, Any]

MAX_CONTINUES = 2  # how often a dropped stream is taken up again before the caller gets a person instead
MAX_IN_A_ROW = 10  # destinations that cannot be dialled, one after the other
NEEDS_AUDIO = (Play, Listen, StartAgent)
RESULTS = {  # the carrier's DialStatus: how a transfer went
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no-answer",
    "timeout": "no-answer",
    "cancel": "no-answer",
    "failed": "failed",
}


@value
class Told:
    """What the carrier says as it asks: is the caller gone, how did the transfer go, how long is the recording."""

    caller_gone: bool = False
    dial_status: str = ""
    dial_seconds: int = 0
    recorded_seconds: int = 0


@value
class Next:
    """What to answer, and what to keep: `page` as in `webhooks.pages`, the call's new `state` and `pending`."""

    page: Json
    state: State
    pending: Json
    entries: tuple[Entry, ...] = ()
    dropped: bool = False


@value
class Dialable:
    """The number behind a destination's key, or "" and `why_not`, a sentence."""

    number: str = ""
    why_not: str = "It is gone."


@value
class Walk:
    """Where a call stands when the carrier asks. `at` is seconds since the answer; `dialable` looks up a destination's
    key."""

    flow: Flow
    state: State
    pending: Json
    at: float
    continues: int
    dialable: Callable[[str], Dialable]

    def entry(self, kind: str, **data: Any) -> Entry:
        """A line for the call's log."""
        return Entry(at=self.at, kind=kind, step=self.state.step or "", data=data)


def proceed(walk: Walk, told: Told) -> Next:
    """What comes next for this call. Raises what a broken step raises."""
    finished = _finished(walk, told)
    if told.caller_gone:
        return _farewell(walk, finished)
    if finished:
        return _come_back(walk, finished)
    if walk.pending.get("do") == "farewell":
        return _say_goodbye(walk, WE_END, str(walk.pending.get("reason", "")))
    if "do" in walk.pending:
        page = _page(walk)
        failed = TransferFinished(result="failed")
        return _give(walk, page) if isinstance(page, Mapping) else _come_back(walk, failed, page)
    if walk.state.turn and walk.state.step is None:
        return Next(page={"page": "hangup"}, state=walk.state, pending=walk.pending)
    return _take_up(walk)


def _take_up(walk: Walk) -> Next:
    """The stream was dropped: the caller is still there, and so is the step they were in."""
    dropped = walk.entry("stream_dropped")
    if walk.continues >= MAX_CONTINUES:
        return _give_up(walk, "the line dropped again and again", dropped)
    resume_with = walk.pending.get("resume_with") or {"event": "resumed"}
    return Next(
        page={"page": "stream"},
        state=walk.state,
        pending={"resume_with": resume_with},
        entries=(dropped,),
        dropped=True,
    )


def _come_back(walk: Walk, event: Event, *before: Entry) -> Next:
    """The caller is back from a transfer or a recording. Where the flow asked for it, the flow goes on; where somebody
    else did, it is over with those who spoke, and for the others the step they were in begins again."""
    if "by" not in walk.pending:
        return _go_on(walk, event, *before)
    entries = (*before, _result(walk, event))
    if isinstance(event, TransferFinished) and event.result == "completed":
        return _say_goodbye(walk, THANKS, "has spoken with somebody", *entries)
    pending = {"resume_with": {"event": "resumed"}}
    return Next(page={"page": "stream"}, state=walk.state, pending=pending, entries=entries)


def _say_goodbye(walk: Walk, text: str, reason: str, *before: Entry) -> Next:
    """The carrier's own voice says this house text, and the call is over."""
    language = walk.state.language or walk.flow.language
    said = usual(text, language)
    page = {"page": "farewell", "text": said or text, "language": base(language) if said else ""}
    return Next(
        page=page,
        state=replace(walk.state, step=None),
        pending={"do": "hangup", "reason": reason},
        entries=(*before, walk.entry("hangup", reason=reason)),
    )


def _go_on(walk: Walk, event: Event, *before: Entry) -> Next:
    """Let the flow take this event, as far as it goes without audio."""
    entries = list(before)
    for _ in range(MAX_IN_A_ROW):
        event = replace(event, at=walk.at)
        advanced, commands = advance(walk.flow, walk.state, event)
        leaving = [command for command in commands if isinstance(command, LEAVES_THE_STREAM)]
        if not leaving or any(isinstance(command, NEEDS_AUDIO) for command in commands):
            pending = {"resume_with": _resume_with(event)}
            return Next(page={"page": "stream"}, state=walk.state, pending=pending, entries=tuple(entries))
        entries += [_result(walk, event), *_lines(walk, commands)]
        walk = replace(walk, state=advanced, pending=pending_of(leaving[-1]))
        page = _page(walk)
        if isinstance(page, Mapping):
            return _give(walk, page, *entries)
        entries.append(page)
        event = TransferFinished(result="failed")
    return _give_up(walk, "no destination could be dialled", *entries)


def _give(walk: Walk, page: Json, *entries: Entry) -> Next:
    return Next(page=page, state=walk.state, pending={**walk.pending, "given": True}, entries=entries)


def _give_up(walk: Walk, reason: str, *entries: Entry) -> Next:
    sorry = walk.entry("apology", reason=reason)
    return Next(page={"page": "apology"}, state=walk.state, pending={}, entries=(*entries, sorry))


def _farewell(walk: Walk, finished: Event | None) -> Next:
    """The caller hung up; how the transfer or the recording went still belongs in the record."""
    gone = Next(page={"page": "hangup"}, state=walk.state, pending=walk.pending)
    if finished is None:
        return gone
    over, commands = advance(walk.flow, walk.state, CallerHungUp(at=walk.at))
    entries = [_result(walk, finished), *_lines(walk, commands), walk.entry("caller_hung_up")]
    return replace(gone, state=over, pending={}, entries=tuple(entries))


# --- Translations between the carrier's words, the engine's, and what is stored --------------------------------------


def _page(walk: Walk) -> Json | Entry:
    """What the carrier is told to do for what is pending; a line for the log when a destination is not dialled."""
    match walk.pending:
        case {"do": "transfer", "destination": str(key), **more}:
            found = walk.dialable(key)
            if not found.number:
                return walk.entry("transfer_refused", destination=key, why=found.why_not)
            seconds = _between(more.get("ring_seconds"), 5, 120, 25)
            return {"page": "dial", "number": found.number, "ring_seconds": seconds}
        case {"do": "record", **more}:
            seconds = _between(more.get("max_seconds"), 1, 3600, 120)
            return {"page": "record", "max_seconds": seconds, "finish_key": str(more.get("finish_key", "#"))}
    return {"page": "hangup"}


def _finished(walk: Walk, told: Told) -> Event | None:
    """How the transfer or the recording went that the carrier was told to make; None when there was none."""
    match walk.pending:
        case {"given": True, "do": "transfer"}:
            return TransferFinished(result=RESULTS.get(told.dial_status, "failed"), seconds=told.dial_seconds)
        case {"given": True, "do": "record"}:
            return RecordingFinished(seconds=told.recorded_seconds)
    return None


def _resume_with(event: Event) -> Json:
    match event:
        case RecordingFinished(seconds=seconds):
            return {"event": "recording", "seconds": seconds}
        case TransferFinished(result=result, seconds=seconds):
            return {"event": "transfer", "result": result, "seconds": seconds}
    return {"event": "resumed"}


def _result(walk: Walk, event: Event) -> Entry:
    match event:
        case RecordingFinished(seconds=seconds):
            return walk.entry("recording_finished", seconds=seconds)
        case TransferFinished(result=result, seconds=seconds):
            return walk.entry("transfer_finished", result=result, seconds=seconds)
    return walk.entry("resumed")


def _lines(walk: Walk, commands: Sequence[Command]) -> list[Entry]:
    """The log lines of what the engine did, each with the step it belongs to."""
    lines: list[Entry] = []
    for command in commands:
        match command:
            case LogEntered(step=step):
                walk = replace(walk, state=replace(walk.state, step=step))
                lines.append(walk.entry("entered"))
            case Hangup(reason=reason):
                lines.append(walk.entry("hangup", reason=reason))
            case _ if line := line_about(command):
                _, kind, data = line
                lines.append(walk.entry(kind, **data))
    return lines


def _between(stored: Any, least: int, most: int, usual: int) -> int:
    return min(max(stored, least), most) if isinstance(stored, int) and not isinstance(stored, bool) else usual
