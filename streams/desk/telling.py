"""What the desk is told of a call as it goes on: which lines of its log, and which fields of them.

Keys, answers and what other systems are asked for never leave: a line of such a kind is told without them, or not at
all, and the desk reads it in the log, where it is hidden from whoever may not see it. Words are told as the log has
them; `desk.opened` hides them from who may not read them.
"""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from streams.desk import news
from streams.event_log import Entry

BEGAN, CHANGED, ENDED = "call_began", "call_changed", "call_ended"  # news that stand for no line of a log

WHY = ("why",)
TOLD: dict[str, tuple[str, ...]] = {  # kind of line: what is told of its data
    "answered": (),
    "resumed": (),
    "entered": (),
    "left": ("outcome", "goes_to"),
    "key": (),
    "utterance": ("text", "confidence"),
    "prompt_started": ("prompt", "texts"),
    "prompt_cut": ("prompt", "heard_ms", "by"),
    "prompt_unconfirmed": ("prompt",),
    "house_said": ("text",),
    "agent_started": ("engine", "title"),
    "agent_said": ("text", "latency_ms", "prompt", "engine"),
    "agent_heard": ("text",),
    "agent_finished": ("outcome",),
    "agent_left_out": (),
    "announced": WHY,
    "tool_asked": ("tool", "verdict"),
    "tool_answered": ("tool", "ok"),
    "note_kept": ("what",),
    "text_ordered": ("name",),
    "keys_sent": (),
    "transfer": ("destination", "by"),
    "transfer_refused": ("destination", "why"),
    "transfer_finished": ("result", "seconds"),
    "recording": ("max_seconds",),
    "recording_finished": ("seconds",),
    "notice_heard": (),
    "notice_refused": (),
    "notice_unproven": WHY,
    "consent_given": ("by",),
    "consent_refused": ("by",),
    "consent_unproven": WHY,
    "listening_began": ("stream", "engine"),
    "listening_ended": ("stream", "why"),
    "listening_broke": ("stream",),
    "listening_left_out": WHY,
    "listening_deaf": ("who", "why"),
    "listening_lost": ("who", "seconds", "why"),
    "overheard": ("who", "text", "began", "ended", "confidence", "stream"),
    "mood": ("who", "mood", "score", "topics", "by"),
    "cue": ("cue", "name", "who", "text"),
    "engine_failed": ("ability", "engine", "fault", "what", "stream"),
    "keys_only": ("language",),
    "error": ("what",),
    "budget": ("which",),
    "apology": ("reason",),
    "hangup": ("reason",),
    "caller_hung_up": (),
    "stream_dropped": (),
    "stream_closed": ("by",),
    "unlisted": (),
    "listed": (),
}


def line(call_pk: int, entry: Entry) -> None:
    """Tell the desk of a line that was just logged. Costs a look into a table where the line is no news."""
    names = TOLD.get(entry.kind)
    if names is not None:
        told = {name: entry.data[name] for name in names if name in entry.data}
        news.tell(call_pk, entry.kind, step=entry.step, at=round(entry.at, 3), **told)


def stored(call_pk: int, entries: Iterable[Entry]) -> None:
    """The same for lines that are stored with a transaction, once they are."""
    for entry in entries:
        transaction.on_commit(partial(line, call_pk, entry), robust=True)


def changed(call_pk: int, kind: str = CHANGED) -> None:
    """The rows of this call changed: whoever shows it looks again, once they are stored."""
    transaction.on_commit(partial(news.tell, call_pk, kind), robust=True)
