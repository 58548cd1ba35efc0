"""Recordings in place of the voice: for exactly one text of one flow, until they are withdrawn.

A row of the past is never changed: a new recording withdraws the one before it, and published versions go on naming it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.formats import date_format

from flows import drafts, spoken
from flows.models import Flow, PromptRecording, Step

MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class Outdated:
    """A text that was changed after it was recorded: callers hear the voice now."""

    step: Step
    field: str
    recording: PromptRecording

    @property
    def sentence(self) -> str:
        return outdated_sentence(self.recording.at)


def outdated_sentence(at: datetime) -> str:
    """What a builder is told about a recording that no longer says what is written."""
    day = date_format(timezone.localtime(at), "j F")
    return (
        f"The text was changed after this was recorded on {day}. Record it again, or let the voice read it. "
        f"Until then, callers hear the voice."
    )


def current(flow: Flow) -> list[PromptRecording]:
    """The recordings that this flow's draft may use, the newest first: `bytes` long, without their audio."""
    return list(flow.recordings.filter(withdrawn_at=None).defer("audio").annotate(bytes=Length("audio")))


def by_text(found: Iterable[PromptRecording]) -> dict[str, PromptRecording]:
    """Which recording is heard for each text; the newest where there are two."""
    return {recording.text: recording for recording in reversed(list(found))}


def outdated_at(step: Step, field: str, text: str, found: list[PromptRecording]) -> PromptRecording | None:
    """The recording that was made here and says something else than what is written now; None when all is well."""
    if not text.strip() or text in by_text(found):
        return None
    return next((one for one in found if (one.step, one.field) == (step.key, field)), None)


def outdated(steps: Iterable[Step], found: list[PromptRecording]) -> list[Outdated]:
    """Every text of a draft that was changed after it was recorded, in the order of its steps."""
    if not found:
        return []
    return [
        Outdated(step, field, recording)
        for step in steps
        for field, text in spoken.written_in(step).items()
        if (recording := outdated_at(step, field, text, found))
    ]


def pinned(found: Iterable[PromptRecording], texts: Iterable[str]) -> Mapping[str, str]:
    """What a version keeps: for each of its texts that is recorded, the digest of the recording."""
    recorded = by_text(found)
    return {text: recorded[text].digest for text in texts if text in recorded}


@transaction.atomic
def record(step: Step, field: str, *, text: str, audio: bytes, name: str, by: Any) -> PromptRecording:
    """Let callers of this flow hear `audio`, which is telephone audio already, wherever `text` is said."""
    flow = Flow.objects.select_for_update().get(pk=step.flow_id)
    now = timezone.now()
    before = flow.recordings.filter(withdrawn_at=None)
    before.filter(text=text).update(withdrawn_at=now)
    before.filter(step=step.key, field=field).update(withdrawn_at=now)
    made = PromptRecording.objects.create(
        flow=flow,
        step=step.key,
        field=field,
        text=text,
        audio=audio,
        digest=hashlib.sha256(audio).hexdigest(),
        original_name=name[-120:],
        by=by,
    )
    drafts.touch(flow, by=by, what=f"a recording for {step.name}")
    return made


@transaction.atomic
def withdraw(recording: PromptRecording, *, by: Any, step: Step) -> None:
    """Let the voice read this text again. Versions that were published with the recording keep it."""
    PromptRecording.objects.filter(pk=recording.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    drafts.touch(step.flow, by=by, what=f"the voice for {step.name}")
