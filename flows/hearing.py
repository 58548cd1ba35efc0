"""What stands beside a text that callers hear: its sound, and the recording that takes the voice's place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Length
from django.urls import reverse

from flows import engine, recordings, seams, sound, spoken, translations
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


def by_voice(flow: Flow, text: str, language: str = "") -> Heard:
    """One text as the voice of this language reads it, whether it is recorded or not."""
    return Heard(
        text=text,
        label="The voice",
        make_url=make_url(flow),
        sound=_voiced_by([text], how_of(flow, language)).get(text, UNREAD),
    )


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


def make_url(flow: Flow, language: str = "") -> str:
    """Where a text is sent to be rendered; in a further language of the flow, where it is in one."""
    address = reverse("admin:flows_flow_hear", args=[flow.pk])
    return f"{address}?language={language}" if language else address


def in_languages(flow: Flow, rows: Iterable[translations.Row]) -> dict[tuple[str, str, str], Heard]:
    """What stands beside each text of these rows, by step, place and language ("" the flow's own)."""
    heard = [row for row in rows if row.is_heard]
    said: dict[str, list[tuple[translations.Row, str]]] = {"": [(row, row.text) for row in heard]}
    for row in heard:
        for cell in row.cells:
            said.setdefault(cell.language, []).append((row, cell.text or cell.usual))
    found = {}
    for language, texts in said.items():
        how = how_of(flow, language)
        voiced = _voiced_by([text for _, text in texts if text], how)
        for row, text in texts:
            found[row.step.key, row.place, language] = Heard(
                text=text,
                label=f"{row.step.name}: {row.label}",
                sound=voiced.get(text, UNREAD),
                make_url=make_url(flow, language),
            )
    return found


def how_of(flow: Flow, language: str) -> dict[str, str]:
    """The voice and the language in which a text of this flow is read."""
    further = next((each for each in translations.of_flow(flow) if each.code == language), None)
    return {"voice": further.voice if further else flow.voice, "language": language if further else flow.language}


def record_url(step: Step, field: str) -> str:
    """The page on which this text of a step is recorded."""
    return reverse("admin:flows_step_record", args=[step.pk, field])


def sound_url(digest: str) -> str:
    """Where the sound of a rendered prompt is."""
    return reverse("admin:flows_promptaudio_sound", args=[digest])


def _voiced(flow: Flow | engine.Flow, texts: Iterable[str]) -> dict[str, Sound]:
    return _voiced_by(texts, {"voice": flow.voice, "language": flow.language})


def _voiced_by(texts: Iterable[str], how: Mapping[str, str]) -> dict[str, Sound]:
    heard = {text: without_brackets(text) for text in texts}
    digests = seams.digests(heard.values(), voice=how["voice"], language=how["language"])
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
