"""Whether the words of a call may be kept, and taking them out of its log otherwise. The one place of the rule.

Words are kept where the flow keeps transcripts and, where it records calls, the caller heard the notice and did not
object: who was not told, or said no, has no transcript either. What callers asked to be left (notes, messages,
call-backs) is not part of it.

What was overheard between people stays only where, by that moment, the caller was known to let it be (`consent`).
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from flows import spoken
from flows.engine.snapshot import readable
from streams import notice
from streams.listening import consent
from streams.log_lines import HIDDEN
from streams.models import Call, CallEvent
from streams.reports.outcome import Line

NOTICES = (notice.HEARD, notice.REFUSED, notice.UNPROVEN)
Kept = TypeVar("Kept", bound=Line)
# Kinds of lines with words in them, and where these stand.
WORDS = {
    "utterance": ("text",),
    "agent_heard": ("text",),
    "agent_said": ("text",),
    "understood": ("said",),
    "tool_asked": ("arguments",),
    "answer": ("answers",),
    "overheard": ("text",),
    "mood": ("mood", "topics"),  # made of what was said
    "cue": ("text",),
}


def may_keep(snapshot: Mapping[str, Any] | None, lines: Iterable[Line]) -> bool:
    """Whether what was said in a call of this version may stay, by what its log tells of the notice."""
    if snapshot is None:
        return True  # no flow carried it, so nothing was said
    if not snapshot.get("keeps_transcripts", True):
        return False
    told = [line.kind for line in lines if line.kind in NOTICES]
    return not snapshot.get("recording") or told[-1:] == [notice.HEARD]


def unasked(lines: Iterable[Kept]) -> list[Kept]:
    """Of these lines, in their order, what was overheard though the caller had not agreed: it goes in any case."""
    found: list[Kept] = []
    may = False
    for line in lines:
        if line.kind in consent.KINDS:
            may = line.kind in consent.HELD
        elif line.kind in consent.OVERHEARD and not may and _is_of_talk(line):
            found.append(line)
    return found


def _is_of_talk(line: Line) -> bool:
    """Moods and cues are also found in what callers say to a line, which nobody overheard."""
    return line.kind == "overheard" or bool(line.data.get("stream"))


def may_keep_of(call: Call) -> bool:
    """The same for a stored call."""
    return may_keep(call.snapshot, call.events.filter(kind__in=NOTICES))


def scrub(call: Call, lines: Iterable[CallEvent]) -> int:
    """Take the words out of these lines of the call's log, and out of what it remembers; says how many had some.

    What a published text says stays, so the log still tells what callers heard of the flow.
    """
    known = _texts(call)
    _forget_answers(call)
    return _store((line, _without_words(line, known)) for line in lines)


def scrub_unasked(lines: Iterable[CallEvent]) -> list[CallEvent]:
    """Take the words out of what was overheard of callers who had not agreed; gives the lines that keep theirs."""
    lines = list(lines)
    gone = {line.pk for line in unasked(lines)}
    if gone:
        _store((line, _without_words(line, set())) for line in lines if line.pk in gone)
    return [line for line in lines if line.pk not in gone]


def _store(lines: Iterable[tuple[CallEvent, dict[str, Any]]]) -> int:
    changed = [CallEvent(pk=line.pk, data=data) for line, data in lines if data != line.data]
    CallEvent.objects.bulk_update(changed, ["data"], batch_size=200)
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
    if isinstance(said, list):
        return []
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
