"""The prompt library: which texts are looked for, and what there is to play of those that are shown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models.functions import Length

from flows import hearing, sound, spoken
from flows.engine.spoken_answers import without_brackets
from flows.models import PromptAudio, PromptRecording
from flows.written_texts import Text, Use


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Everything that is left empty fits every text."""

    words: str = ""
    flow: int = 0
    where: str = ""
    how: str = ""

    def fits(self, text: Text, made: frozenset[str]) -> bool:
        """Whether the text has these words, and a place that is as wanted. `made` are the sounds that are there."""
        if self.words.casefold() not in text.text.casefold():
            return False
        return any(self._is(use, made) for use in text.uses)

    def _is(self, use: Use, made: frozenset[str]) -> bool:
        hows = {
            "recorded": bool(use.recording),
            "outdated": use.is_outdated,
            "voice": not use.recording,
            "missing": not use.recording and use.sound not in made,
        }
        wheres = {"draft": use.row is not None, "live": bool(use.live)}
        return self.flow in (0, use.flow_pk) and wheres.get(self.where, True) and hows.get(self.how, True)


def made_sounds() -> frozenset[str]:
    """What every sound that a voice made is found by. One query."""
    return frozenset(PromptAudio.objects.values_list("digest", flat=True))


def hear(shown: Iterable[Text]) -> None:
    """Look up what there is to play of these texts. Two queries."""
    shown = list(shown)
    uses = [use for text in shown for use in text.uses]
    voiced = spoken.sizes_of({use.sound for use in uses})
    recorded = _recordings({use.recording for use in uses if use.recording})
    for text in shown:
        text.heard = list(_heard(text, voiced, recorded))


def _heard(text: Text, voiced: Mapping[str, int], recorded: Mapping[str, PromptRecording]) -> Iterator[hearing.Heard]:
    """Each sound of a text once, under the name of its flow where there are several."""
    by_sound = {use.recording or use.sound: use for use in reversed(text.uses)}
    for digest, use in reversed(by_sound.items()):
        made = hearing.UNREAD
        if use.recording in recorded:
            made = hearing.recorded_sound(recorded[use.recording])
        elif digest in voiced:
            made = hearing.Sound(hearing.sound_url(digest), sound.seconds_in_words(voiced[digest]))
        yield hearing.Heard(
            text=without_brackets(text.text),
            label=f"{use.flow}: {text.text}" if len(by_sound) > 1 else text.text,
            sound=made,
            make_url=hearing.make_url(use.voice.flow) if use.voice.flow else "",
            recording=recorded.get(use.recording),
        )


def _recordings(digests: set[str]) -> dict[str, PromptRecording]:
    rows = PromptRecording.objects.filter(digest__in=digests).order_by().defer("audio").annotate(bytes=Length("audio"))
    return {row.digest: row for row in rows} if digests else {}
