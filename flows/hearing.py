"""What stands beside a text that callers hear: its sound, and the recording that takes the voice's place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Length
from django.urls import reverse

from flows import engine, recordings, seams, sound, spoken
from flows.engine.spoken_answers import without_brackets
from flows.engine.step import REGISTRY, params
from flows.models import Flow, PromptRecording, Step

MOST_A_MINUTE = 20  # texts that one person may have rendered; each may cost money


@dataclass(frozen=True)
class Sound:
    """Where a sound is, and how long it lasts, in words. Both are "" for a text that no voice has read yet."""

    url: str = ""
    length: str = ""


UNREAD = Sound()


@dataclass(frozen=True)
class Heard:
    """One text beside its play button.

    `recording` is heard instead of the voice; `outdated` is one that was made for what the text said earlier.
    """

    text: str
    label: str = ""
    sound: Sound = UNREAD
    make_url: str = ""
    record_url: str = ""
    recording: PromptRecording | None = None
    outdated: PromptRecording | None = None

    @property
    def warning(self) -> str:
        return recordings.outdated_sentence(self.outdated.at) if self.outdated else ""


def in_step(step: Step) -> dict[str, Heard]:
    """What callers hear at this step, by the field it is written in. Two queries."""
    texts = spoken.written_in(step)
    found = recordings.current(step.flow) if texts else []
    recorded = recordings.by_text(found)
    voiced = _voiced(step.flow, [text for text in texts.values() if text not in recorded])
    about = params(REGISTRY[step.kind]) if texts else {}
    return {
        field: Heard(
            text=text,
            label=about[field].label,
            make_url=make_url(step.flow),
            record_url=record_url(step, field),
            recording=recorded.get(text),
            outdated=recordings.outdated_at(step, field, text, found),
            sound=recorded_sound(recorded[text]) if text in recorded else voiced.get(text, UNREAD),
        )
        for field, text in texts.items()
    }


def in_version(flow: engine.Flow) -> dict[str, Heard]:
    """What callers of a version hear, by text, as far as it is there. Two queries."""
    pins: Mapping[str, str] = flow.resources.get("recording", {})
    kept = PromptRecording.objects.filter(digest__in=set(pins.values())).defer("audio").annotate(bytes=Length("audio"))
    recorded = {recording.digest: recording for recording in kept}
    voiced = _voiced(flow, spoken.unrecorded(flow))
    found = {text: Heard(text=text, sound=each) for text, each in voiced.items()}
    for text, digest in pins.items():
        if recording := recorded.get(digest):
            found[text] = Heard(text=text, recording=recording, sound=recorded_sound(recording))
    return found


def by_voice(flow: Flow, text: str) -> Heard:
    """One text as the flow's voice reads it, whether it is recorded or not."""
    return Heard(text=text, label="The voice", make_url=make_url(flow), sound=_voiced(flow, [text]).get(text, UNREAD))


def of_recording(recording: PromptRecording) -> Heard:
    """A recording as it is, whatever is written by now."""
    return Heard(text=recording.text, label="The recording", sound=recorded_sound(recording))


def may_have_more_rendered(user: Any) -> bool:
    """Whether this person may have another text rendered now. Asking counts."""
    key = f"flows-rendered-{user.pk}"
    cache.add(key, 0, timeout=60)
    try:
        return bool(cache.incr(key) <= MOST_A_MINUTE)
    except ValueError:  # it expired between the two
        return True


def make_url(flow: Flow) -> str:
    """Where a text is sent to be rendered."""
    return reverse("admin:flows_flow_hear", args=[flow.pk])


def record_url(step: Step, field: str) -> str:
    """The page on which this text of a step is recorded."""
    return reverse("admin:flows_step_record", args=[step.pk, field])


def sound_url(digest: str) -> str:
    """Where the sound of a rendered prompt is."""
    return reverse("admin:flows_promptaudio_sound", args=[digest])


def _voiced(flow: Flow | engine.Flow, texts: Iterable[str]) -> dict[str, Sound]:
    heard = {text: without_brackets(text) for text in texts}
    digests = seams.digests(heard.values(), voice=flow.voice, language=flow.language)
    by_text = {text: digests.get(words, "") for text, words in heard.items()}
    sizes = spoken.sizes_of(digests.values())
    return {
        text: Sound(sound_url(digest), sound.seconds_in_words(sizes[digest]))
        for text, digest in by_text.items()
        if digest in sizes
    }


def recorded_sound(recording: Any) -> Sound:
    """A recording that knows how many `bytes` it has, as a sound."""
    return Sound(recording.sound_url, sound.seconds_in_words(recording.bytes))
