"""What callers hear: every text of a flow, where it is said, and whether its sound was made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models.functions import Length

from flows import engine, seams
from flows.engine import recording, translating
from flows.engine.answers import known_answers
from flows.engine.spoken_answers import texts_of_step
from flows.engine.step import REGISTRY, Step, params
from flows.engine.stored_settings import SettingsError, build
from flows.engine.usual_texts import usual
from flows.models import PromptAudio
from flows.models import Step as StepRow

LONGEST_TEXT = 1500  # characters, as of every setting that callers hear

# What went wrong with a voice, by `fault` of what it raised, as the middle of a sentence.
FAULTS = {
    "unreachable": "could not be reached",
    "slow": "did not answer in time",
    "busy": "has too much to do right now",
    "key": "refused our key",
    "model": "does not know the model that is set up",
    "quota": "is refused, because its account is used up",
    "refused": "refused a text",
}


@dataclass(frozen=True)
class Place:
    """Where a text is said: a step by its key, and the field of its form, "" for texts that no builder writes."""

    step: str
    field: str = ""


@dataclass(frozen=True)
class Reading:
    """Texts that one voice reads in one language."""

    texts: list[str]
    language: str
    voice: str

    @property
    def how(self) -> dict[str, str]:
        return {"voice": self.voice, "language": self.language}


def texts_of(flow: engine.Flow) -> list[str]:
    """Every text that callers may hear in the flow's own language, once: that they are recorded, what its steps say,
    then what every line can say.

    The latter is for bad news, which must not wait for a voice that may be what is down.
    """
    known = known_answers(flow.steps.values())
    own = (text for step in flow.steps.values() for text in texts_of_step(step, known) if text.strip())
    return list(dict.fromkeys([*recording.texts(flow), *own, *seams.house_texts()]))


def texts_in(flow: engine.Flow, language: str) -> list[str]:
    """The same in a further language. What is not known in it is heard in the flow's own."""
    own = translating.texts_in(flow, language, known_answers(flow.steps.values()))
    house = (usual(text, language) for text in seams.house_texts())
    return [text for text in dict.fromkeys([*recording.texts(flow, language), *own, *house]) if text]


def unrecorded(flow: engine.Flow) -> list[str]:
    """Those that the flow's own voice must read."""
    recorded = flow.resources.get("recording", {})
    return [text for text in texts_of(flow) if text not in recorded]


def count(flow: engine.Flow) -> int:
    """How many prompts a flow has, in all its languages."""
    return len(texts_of(flow)) + sum(len(texts_in(flow, each.code)) for each in flow.languages)


def readings(flow: engine.Flow) -> list[Reading]:
    """What must be read for this flow: in each of its languages, by its voice."""
    recorded = flow.resources.get("recording", {})
    own = Reading(unrecorded(flow), flow.language, flow.voice)
    further = (
        Reading([text for text in texts_in(flow, each.code) if text not in recorded], each.code, each.voice)
        for each in flow.languages
    )
    return [own, *further]


def unmade(flow: engine.Flow) -> list[Reading]:
    """Those of them whose sound was not made yet."""
    found = (replace(each, texts=missing(each.texts, **each.how)) for each in readings(flow))
    return [each for each in found if each.texts]


def render(wanted: Iterable[Reading]) -> Iterator[seams.Rendered]:
    """Make them, one prompt after the other. Raises whatever a voice raises."""
    for each in wanted:
        yield from seams.render(list(each.texts), **each.how)


def place_of(flow: engine.Flow, text: str) -> Place | None:
    """The first place where this text is said; a place without a step is the line itself."""
    if text in (said for _, said in recording.said_before(flow)):
        return Place("", "recording_notice")
    known = known_answers(flow.steps.values())
    for key, step in flow.steps.items():
        if text in texts_of_step(step, known):
            said = written(step)
            whole = next((name for name, each in said.items() if each == text), "")
            return Place(key, whole or next((name for name, each in said.items() if text in each), ""))
    in_languages = ((key, texts) for key, step in flow.steps.items() for texts in step.translations.values())
    return next((Place(key) for key, texts in in_languages if text in texts.values()), None)


def written(step: Step) -> dict[str, str]:
    """The texts of a step that a builder writes and callers hear, by field, those left empty too."""
    return {name: getattr(step, name) for name in spoken_fields(type(step))}


def spoken_fields(kind: type[Step]) -> list[str]:
    """The settings of this kind that callers hear."""
    return [name for name, about in params(kind).items() if about.spoken]


def written_in(row: StepRow) -> dict[str, str]:
    """The same for a step of a draft; nothing when its stored settings do not fit its kind."""
    if row.kind not in REGISTRY:
        return {}
    try:
        return written(build(row.kind, row.settings))
    except SettingsError:
        return {}


def sizes_of(found: Iterable[str]) -> dict[str, int]:
    """How many bytes the sounds with these digests have; those that were not made yet are left out. One query."""
    return dict(PromptAudio.objects.filter(digest__in=list(found)).values_list("digest", Length("audio")))


def missing(texts: Iterable[str], *, voice: str, language: str) -> list[str]:
    """Those of these texts whose sound in this voice was not made yet."""
    by_text = seams.digests(texts, voice=voice, language=language)
    made = set(PromptAudio.objects.filter(digest__in=by_text.values()).values_list("digest", flat=True))
    return [text for text, digest in by_text.items() if digest not in made]


def why(error: Exception) -> str:
    """What a voice that raised this did, as the middle of a sentence."""
    return FAULTS.get(str(getattr(error, "fault", "")), "failed")


def summed(used: Iterable[seams.Used]) -> list[dict[str, Any]]:
    """What was used, one row for each engine, model and unit."""
    total: dict[tuple[str, str, str], float] = {}
    for row in used:
        key = (row["engine"], row["model"], row["unit"])
        total[key] = total.get(key, 0) + row["quantity"]
    return [
        {"engine": engine, "model": model, "unit": unit, "quantity": quantity}
        for (engine, model, unit), quantity in total.items()
    ]
