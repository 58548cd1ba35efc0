"""The texts of a draft side by side in all its languages: what is written, what is missing, and storing them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from flows import drafts, spoken
from flows.engine import languages, translating
from flows.engine.languages import Language
from flows.engine.step import REGISTRY, Option, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import TRANSLATIONS, SettingsError, build
from flows.engine.translating import SAY
from flows.engine.usual_texts import usual
from flows.models import Exit, Flow, Step

LONGEST_SAID = 300  # characters of what callers may say, as in the table of choices


@dataclass(frozen=True)
class Cell:
    """A text in one further language. `usual` is what callers hear where nothing is written."""

    language: str
    text: str
    usual: str = ""

    @property
    def is_missing(self) -> bool:
        return not (self.text or self.usual)


@dataclass(frozen=True)
class Row:
    """One text of the draft: where it is said, what it says, and what it says in the further languages."""

    step: Step
    place: str
    label: str
    text: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def is_heard(self) -> bool:
        """Whether the line says it; else callers do."""
        return not self.place.startswith(SAY)


def of_flow(flow: Flow) -> list[Language]:
    """The further languages of a flow."""
    return list(languages.read(flow.languages))


def rows(flow: Flow) -> list[Row]:
    """Every text of the draft that differs by language, in the order of its steps. Two queries."""
    further = of_flow(flow)
    return [row for step in flow.steps.prefetch_related("exits") for row in of_step(step, further)]


def of_step(step: Step, further: Iterable[Language]) -> list[Row]:
    """The same for one step; nothing where its settings do not fit its kind."""
    built = built_with_options(step)
    if built is None:
        return []
    return [
        Row(step, place, _label(built, place), text, [_cell(built, place, text, each.code) for each in further])
        for place, text in translating.to_translate(built).items()
    ]


def built_with_options(step: Step) -> Kind | None:
    """The step as the engine sees it; None where its settings do not fit its kind."""
    options = [Option(outcome=row.outcome, label=row.label, phrases=row.phrase_list()) for row in step.exits.all()]
    try:
        return build(step.kind, step.settings, options)
    except SettingsError:
        return None


def _cell(step: Kind, place: str, text: str, language: str) -> Cell:
    written = step.translations.get(language, {}).get(place, "")
    return Cell(language, written, "" if place.startswith(SAY) else usual(text, language))


def _label(step: Kind, place: str) -> str:
    if not place.startswith(SAY):
        return params(type(step))[place].label or place.replace("_", " ")
    outcome = place.removeprefix(SAY)
    label = next((option.label for option in step.options if option.outcome == outcome), "")
    return f"Callers may say for “{label or outcome}”"


def kept(step: Step, options: Iterable[Exit]) -> dict[str, Any]:
    """The translations as they stay when these become its choices: words go where their choice goes."""
    stored = step.settings.get(TRANSLATIONS, {})
    if not stored:
        return {}
    before = {row.label: row.outcome for row in drafts.option_rows(step)}
    moved = {SAY + before.get(row.label, row.outcome): SAY + row.outcome for row in options}
    found = {
        language: {
            moved.get(place, place): text
            for place, text in texts.items()
            if not place.startswith(SAY) or place in moved
        }
        for language, texts in stored.items()
    }
    return {TRANSLATIONS: found}


@transaction.atomic
def write(flow: Flow, texts: Mapping[tuple[str, str, str], str], revision: int, *, by: Any) -> int:
    """Store these texts, by step, place and language. Says how many were new.

    Raises `drafts.Conflict` when somebody changed one of the steps since `revision`; nothing is stored then.
    """
    steps = {step.key: step for step in flow.steps.prefetch_related("exits")}
    changed, count = dict[str, Step](), 0
    for (key, place, language), text in texts.items():
        step, longest = steps.get(key), LONGEST_SAID if place.startswith(SAY) else spoken.LONGEST_TEXT
        if step is None or not _is_place(step, place):
            continue
        stored = step.settings.get(TRANSLATIONS, {})
        text = text.replace("\r\n", "\n").strip()[:longest]
        if stored.get(language, {}).get(place, "") == text:
            continue
        others = {name: each for name, each in stored.get(language, {}).items() if name != place}
        mine = others | ({place: text} if text else {})
        whole = {code: each for code, each in (stored | {language: mine}).items() if each}
        rest = {name: each for name, each in step.settings.items() if name != TRANSLATIONS}
        step.settings = rest | ({TRANSLATIONS: whole} if whole else {})
        changed[key], count = step, count + 1
    for key in changed:
        drafts.check_out(flow.pk, revision, key)
    if changed:
        for step in changed.values():
            step.save(update_fields=["settings"])
        names = ", ".join(step.name for step in changed.values())
        drafts.touch(flow, by=by, what=f"translations of {names}")
    return count


def _is_place(step: Step, place: str) -> bool:
    if place.startswith(SAY):
        return any(SAY + row.outcome == place for row in step.exits.all())
    return step.kind in REGISTRY and place in spoken.spoken_fields(REGISTRY[step.kind])
