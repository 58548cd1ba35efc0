"""Whether the words of a call may be kept, and taking them out of its log otherwise. The one place of the rule.

Words are kept where the flow keeps transcripts and, where it records calls, the caller heard the notice and did not
object: who was not told, or said no, has no transcript either. What callers asked to be left (notes, messages,
call-backs) is not part of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flows import spoken
from flows.engine.snapshot import readable
from streams import notice
from streams.log_lines import HIDDEN
from streams.models import Call, CallEvent
from streams.reports.outcome import Line

NOTICES = (notice.HEARD, notice.REFUSED, notice.UNPROVEN)
# Kinds of lines with words in them, and where these stand.
WORDS = {
    "utterance": ("text",),
    "agent_heard": ("text",),
    "agent_said": ("text",),
    "understood": ("said",),
    "tool_asked": ("arguments",),
    "answer": ("answers",),
}


def may_keep(snapshot: Mapping[str, Any] | None, lines: Iterable[Line]) -> bool:
    """Whether what was said in a call of this version may stay, by what its log tells of the notice."""
    if snapshot is None:
        return True  # no flow carried it, so nothing was said
    if not snapshot.get("keeps_transcripts", True):
        return False
    told = [line.kind for line in lines if line.kind in NOTICES]
    return not snapshot.get("recording") or told[-1:] == [notice.HEARD]


def may_keep_of(call: Call) -> bool:
    """The same for a stored call."""
    return may_keep(call.snapshot, call.events.filter(kind__in=NOTICES))


def scrub(call: Call, lines: Iterable[CallEvent]) -> int:
    """Take the words out of these lines of the call's log, and out of what it remembers; says how many had some.

    What a published text says stays, so the log still tells what callers heard of the flow.
    """
    known, changed = _texts(call), []
    for line in lines:
        data = _without_words(line, known)
        if data != line.data:
            changed.append(CallEvent(pk=line.pk, data=data))
    CallEvent.objects.bulk_update(changed, ["data"], batch_size=200)
    _forget_answers(call)
    return len(changed)


def _without_words(line: CallEvent, known: set[str]) -> dict[str, Any]:
    data = dict(line.data)
    if line.kind == "prompt_started":  # an answer may be said in a text: then it is another one than was published
        return data | {"texts": [text if text in known else HIDDEN for text in data.get("texts") or ()]}
    names: tuple[str, ...] = WORDS.get(line.kind, ())
    if line.kind == "understood" and data.get("wants") != "choice":
        names = (*names, "answer", "meaning")
    return data | {name: _hidden(data[name]) for name in names if data.get(name)}


def _hidden(said: Any) -> Any:
    return dict.fromkeys(said, HIDDEN) if isinstance(said, Mapping) else HIDDEN


def _texts(call: Call) -> set[str]:
    """Every text that was written before the call."""
    flow = readable(call.snapshot)
    if flow is None:
        return set()
    return {*spoken.texts_of(flow), *(text for each in flow.languages for text in spoken.texts_in(flow, each.code))}


def _forget_answers(call: Call) -> None:
    state = dict(call.state)
    clean = state | {"answers": _hidden(state["answers"])} if state.get("answers") else state
    clean = clean | {"tried": []} if clean.get("tried") else clean
    if clean != state:
        Call.objects.filter(pk=call.pk).update(state=clean)
