"""What a talk was like, made from its record once the call is over; again whenever the record changes."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from streams import event_log
from streams.ai.provider import ProviderError, Used
from streams.listening import CALLER, PERSON, talk
from streams.listening.talk import Promise, Spoke
from streams.models import Call, CallEvent, Talk
from streams.reports.transcript import Said

log = logging.getLogger(__name__)

PATTERNS = "Patterns (offline)"


def note_talk(call: Call, said: Sequence[Said], lines: Iterable[CallEvent]) -> None:
    """Keep the figures of what was overheard, from the transcript and the log's lines whose words may stay; none where
    nothing was. Under the lock of the call's row. Who found promises before is asked again only for other words."""
    known = list(lines)
    spoken = _spoken(said, known)
    if not spoken:
        Talk.objects.filter(call=call).delete()
        return
    moods = [{**line.data, "at": round(line.at, 1)} for line in known if line.kind == "mood"]
    found = talk.figures(spoken, moods, [line.at for line in known if line.kind == "listening_began"])
    digest = _digest(spoken)
    before = Talk.objects.filter(call=call).first()
    is_same = before is not None and before.digest == digest
    promised = [promise.as_json() for promise in talk.promises(spoken)]
    found["promises"] = before.found.get("promises", promised) if before and is_same else promised
    Talk.objects.update_or_create(
        call=call,
        defaults={
            "caller_seconds": talk.seconds(spoken, CALLER),
            "person_seconds": talk.seconds(spoken, PERSON),
            "found": found,
            "promises_by": before.promises_by if before and is_same else "",
            "digest": digest,
        },
    )


def find_promises(call_pk: int) -> int:
    """Have the site's model read for promises, once for each transcript; by patterns where there is none, or it fails.

    Returns how many lines it added to the call's log. The model is asked outside of any transaction.
    """
    row = Talk.objects.filter(call=call_pk, promises_by="").first()
    if row is None or not _is_first_to_ask(row):
        return 0
    from streams.listening import readers  # engines are loaded by the worker, for a talk alone

    reads = readers.promise_reader()
    if reads is None:
        return 0
    said = list(row.call.utterances.filter(who__in=(CALLER, PERSON)).order_by("place"))
    try:
        found, used = reads.find([(one.who, one.text) for one in said])
    except ProviderError as error:
        log.warning("Call %s: promises are found by patterns (%s).", call_pk, type(error).__name__)
        found, used = None, error.used
    if found is not None:
        rows = [Promise(place=said[one.line].place, who=PERSON, what=one.what, due=one.due) for one in found]
        _keep(row, [promise.as_json() for promise in rows], reads.by)
    return _charge(call_pk, used)


def _is_first_to_ask(row: Talk) -> bool:
    asked = Talk.objects.filter(pk=row.pk, promises_by="", digest=row.digest)
    return bool(asked.update(promises_by=PATTERNS))


def _keep(row: Talk, promises: list[dict[str, Any]], by: str) -> None:
    with transaction.atomic():
        fresh = Talk.objects.select_for_update().filter(pk=row.pk, digest=row.digest).first()
        if fresh is not None:
            fresh.found = {**fresh.found, "promises": promises}
            fresh.promises_by = by[:80]
            fresh.save(update_fields=["found", "promises_by"])


def _charge(call_pk: int, used: Sequence[Used]) -> int:
    """What was used, in the name of the step that put the caller through."""
    last = CallEvent.objects.filter(call=call_pk, kind="overheard").order_by("-seq").first()
    at, step = (last.at, last.step) if last else (0.0, "")
    event_log.append(
        call_pk, [event_log.Entry(at=at, kind="used", step=step, data={**one.as_line(), "for": "talk"}) for one in used]
    )
    return len(used)


def _spoken(said: Sequence[Said], lines: Iterable[CallEvent]) -> list[Spoke]:
    """What was overheard, each with its place in the transcript."""
    ends: dict[tuple[str, str, float], list[float]] = defaultdict(list)
    for line in lines:
        if line.kind == "overheard":
            began, ended = _seconds(line.data.get("began"), line.at), _seconds(line.data.get("ended"), line.at)
            ends[_who(line), str(line.data.get("text", "")), began].append(max(began, ended))
    found = []
    for place, one in enumerate(said):
        if until := ends.get((one.who, one.text, one.at)):
            found.append(Spoke(place=place, who=one.who, began=one.at, ended=until.pop(0), text=one.text))
    return found


def _who(line: CallEvent) -> str:
    return PERSON if line.data.get("who") == PERSON else CALLER


def _seconds(told: Any, otherwise: float) -> float:
    return float(told) if isinstance(told, int | float) and not isinstance(told, bool) else otherwise


def _digest(spoken: Sequence[Spoke]) -> str:
    whole = [[one.place, one.who, one.began, one.ended, one.text] for one in spoken]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()
