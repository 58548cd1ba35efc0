"""Emergency announcements: written, rendered in every voice that needs them, heard by whoever wrote them, put on the
line for new calls, and ended. Sync."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from flows.engine.languages import base
from flows.engine.machine import Flow
from flows.engine.snapshot import load
from flows.models import Destination, FlowVersion, PhoneNumber
from flows.models import Flow as FlowRow
from streams.ai.provider import ProviderError
from streams.audio import prompts
from streams.brief import Announced
from streams.desk import audit
from streams.desk.switching import may
from streams.models import Announcement, Call
from streams.sharing.unmasking import name_of

log = logging.getLogger(__name__)

PREPARE, ANNOUNCE, SILENCE = "prepares_announcement", "announces", "stops_announcing"  # acts, as they are kept
MISSING = "it is not rendered in this line’s voice yet"
NOT_READY = "It cannot be heard yet. Wait until it is prepared, or prepare it once more."
NOT_THERE = "It was put on the line already, or is ended. Look at the page as it is now."
NOBODY_NEEDS_IT = "No number with a live version belongs to it. Put a version live, or choose other flows."


def due(call: Call, flow: Flow, now: datetime) -> Announced | None:
    """What this call is to hear before anything else: of new calls that come in, and of none twice."""
    if call.rehearsal_id or call.direction != "inbound" or call.version is None:
        return None
    concerns = Q(every_line=True) | Q(flows=call.version.flow_id)
    found = Announcement.objects.on_the_line(now).filter(concerns).select_related("destination")
    wanted = found.order_by("-ready_at").first()
    if wanted is None or call.events.filter(kind__in=("announced", "entered")).exists():
        return None
    ways = list(_ways(wanted, flow))
    sounds = [_clip(*way) for way in ways]
    heard = [(text, clip) for (_, _, text), clip in zip(ways, sounds, strict=True) if clip]
    if not (sounds and sounds[0]):
        ring(wanted.pk)  # a voice that came after it
    return Announced(
        texts=tuple(text for text, _ in heard),
        clips=tuple(clip for _, clip in heard),
        then=wanted.then,
        destination=wanted.destination.key if wanted.destination else "",
        why="" if heard else MISSING,
    )


def write(
    *,
    by: Any,
    text: str,
    further: Mapping[str, str] | None = None,
    flows: list[FlowRow] | None = None,
    then: str = Announcement.Then.GO_ON,
    destination: Destination | None = None,
    until: datetime | None = None,
) -> Announcement:
    """Have this rendered; nobody hears it before it is put on the line. `flows` None: for every line. Raises
    `PermissionDenied`."""
    may(by, PREPARE)
    with transaction.atomic():
        made = Announcement.objects.create(
            text=text,
            further=dict(further or {}),
            every_line=flows is None,
            then=then,
            destination=destination,
            until=until,
            by=by,
            done_by=name_of(by),
        )
        made.flows.set(flows or [])
        audit.note(by, None, PREPARE, number=made.pk, then=then, lines=_lines(made))
        ring(made.pk)
    return made


def put_on(announcement: Announcement, *, by: Any) -> str:
    """Let new calls hear it, from now on and for as long as was chosen; "" when they do, else why not. Raises
    `PermissionDenied`."""
    may(by, ANNOUNCE)
    if not progress(announcement)[0]:
        return NOT_READY
    now, until = timezone.now(), announcement.until
    if until is not None:
        until = now + (until - announcement.made_at)
    with transaction.atomic():
        waits = Announcement.objects.active(now).filter(pk=announcement.pk, ready_at=None)
        if not waits.update(ready_at=now, until=until):
            return NOT_THERE
        audit.note(by, None, ANNOUNCE, number=announcement.pk, then=announcement.then, lines=_lines(announcement))
    return ""


def stop(announcement: Announcement, *, by: Any) -> None:
    """No call hears it from now on, or it is thrown away. Raises `PermissionDenied`."""
    may(by, SILENCE)
    with transaction.atomic():
        going_on = Announcement.objects.filter(pk=announcement.pk, over_at=None)
        if going_on.update(over_at=timezone.now()):
            audit.note(by, None, SILENCE, number=announcement.pk)


def prepare_again(announcement_pk: int, *, by: Any) -> None:
    """Have what is missing of it rendered once more. Raises `PermissionDenied`."""
    may(by, PREPARE)
    Announcement.objects.active().filter(pk=announcement_pk).update(problem="")
    ring(announcement_pk)


def prepare(announcement_pk: int) -> None:
    """Render it in every voice and language of the live versions it concerns; `problem` names what could not be."""
    wanted = Announcement.objects.filter(pk=announcement_pk, over_at=None).first()
    if wanted is None:
        return
    ways, problems = _all_ways(wanted), []
    for code, voice, text in ways:
        try:
            for _ in prompts.render([text], voice=voice, language=code):
                pass
        except ProviderError as error:
            log.warning("An announcement could not be rendered (%s).", error.fault)
            problems.append(f"{code}: {error}")
    if not ways:
        problems.append(NOBODY_NEEDS_IT)
    Announcement.objects.filter(pk=wanted.pk).update(problem=" ".join(problems)[:300])


def ring(announcement_pk: int) -> None:
    """Have a worker render it, once what was stored is there. A dead broker is no error: the page offers it again."""
    from streams.tasks import ring_announcement  # tasks rest on this file

    ring_announcement(announcement_pk)


def progress(announcement: Announcement) -> tuple[int, int]:
    """In how many voices and languages it is rendered, and in how many it is wanted."""
    ways = _all_ways(announcement)
    return sum(bool(_clip(*way)) for way in ways), len(ways)


def languages(announcement: Announcement) -> list[str]:
    """The codes of the languages in which it can be heard, whatever the country."""
    return list(dict.fromkeys(base(way[0]) for way in _all_ways(announcement) if _clip(*way)))


def sound_of(announcement: Announcement, code: str) -> bytes:
    """The rendered sound in this language, in the first voice that has one; b"" where there is none."""
    ways = (way for flow in _flows(announcement) for way in _ways(announcement, flow))
    clips = (_clip(*way) for way in ways if base(way[0]) == base(code))
    return next(filter(None, clips), b"")


def _clip(language: str, voice: str, text: str) -> bytes:
    return prompts.rendered([text], voice=voice, language=language).get(text, b"")


def _all_ways(announcement: Announcement) -> list[tuple[str, str, str]]:
    return sorted({way for flow in _flows(announcement) for way in _ways(announcement, flow)})


def _flows(announcement: Announcement) -> list[Flow]:
    live = PhoneNumber.objects.exclude(version=None)
    if not announcement.every_line:
        live = live.filter(version__flow__in=announcement.flows.all())
    versions = FlowVersion.objects.filter(pk__in=live.values("version"))
    return [load(snapshot) for snapshot in versions.values_list("snapshot", flat=True)]


def _ways(announcement: Announcement, flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Language, voice and text of what is said on this flow's lines: its own language first, then those it also speaks
    and somebody wrote it in."""
    further: Mapping[str, str] = announcement.further
    yield flow.language, flow.voice, further.get(base(flow.language)) or announcement.text
    for each in flow.languages:
        if text := announcement.text if base(each.code) == "en" else further.get(base(each.code)):
            yield each.code, each.voice, text


def _lines(announcement: Announcement) -> str:
    return "every line" if announcement.every_line else ", ".join(flow.name for flow in announcement.flows.all())[:400]
