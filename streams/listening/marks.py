"""The marks that cues raised on calls, as rows beside the log: what calls are found by, and what alerts rest on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from streams.models import Call, CallEvent, Cue, CueMark


def keep(call_pk: int) -> None:
    """A mark for each line `cue` of this call's log that has none. Words are added once it is known that they stay."""
    lines = list(CallEvent.objects.filter(call=call_pk, kind="cue").order_by("seq"))
    if not lines:
        return
    call = Call.objects.only("answered_at", "began_at").get(pk=call_pk)
    known = dict(Cue.objects.filter(key__in={str(line.data.get("cue", "")) for line in lines}).values_list("key", "pk"))
    CueMark.objects.bulk_create(
        (_mark(line, known, call.answered_at or call.began_at) for line in lines), ignore_conflicts=True
    )


def note_words(call_pk: int, lines: Iterable[CallEvent]) -> None:
    """What was said where a mark was raised, from the lines whose words may stay; no words on any other."""
    keep(call_pk)
    said = {line.seq: str(line.data.get("text", ""))[:LONGEST] for line in lines if line.kind == "cue"}
    changed = [mark for mark in CueMark.objects.filter(call=call_pk) if mark.text != said.get(mark.seq, "")]
    for mark in changed:
        mark.text = said.get(mark.seq, "")
    CueMark.objects.bulk_update(changed, ["text"])


LONGEST = 500  # characters of an utterance


def _mark(line: CallEvent, known: dict[str, int], answered: datetime) -> CueMark:
    key = str(line.data.get("cue", ""))[:40]
    return CueMark(
        call_id=line.call_id,
        cue_id=known.get(key),
        key=key,
        name=str(line.data.get("name", ""))[:60],
        who=str(line.data.get("who", ""))[:10],
        at=line.at,
        seq=line.seq,
        said_at=answered + timedelta(seconds=line.at),
        alerts=line.data.get("alerts") is True,
    )
