"""A flow of this site, and what it uses, as its file says it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flows.engine import languages
from flows.engine.step import REGISTRY, Option, chosen, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import SettingsError, build
from flows.engine.translating import SAY
from flows.fields import KEYED, REFERRED
from flows.models import Exit, Flow, Lookup, OpeningHours, Step
from flows.naming import free_name
from flows.portable import attached, wording
from flows.portable.describing import Choice, FlowFile, LookupFile, StepFile
from flows.stepform import named_by_label

LOOKUP = ("purpose", "method", "seconds", "changes", "header", "sends", "finds")
LONGEST = 200  # characters of a name in a file: nothing is cut
Named = Mapping[str, Mapping[str, str]]  # what is referred to, key: name


def file_of(flow: Flow, about: str = "") -> FlowFile:
    """The whole draft. Settings that do not fit their kind are left out: nobody can read them."""
    steps = list(flow.steps.prefetch_related("exits"))
    names = step_names(steps)
    rows = _used(steps)
    named = {what: _told_apart({row.key: row.name for row in found}) for what, found in rows.items()}
    return FlowFile(
        name=flow.name,
        about=about,
        language=flow.language,
        voice=flow.voice,
        languages=languages.read(flow.languages),
        transcriber=flow.transcriber,
        agent=flow.agent,
        discloses_ai=flow.discloses_ai,
        recording=flow.recording,
        keeps_transcripts=flow.keeps_transcripts,
        cost_centre=flow.cost_centre,
        start=names.get(flow.start_id or 0, ""),
        hours=tuple(replace(row.as_schedule(), name=named["hours"][row.key]) for row in rows["hours"]),
        destinations={named["destination"][row.key]: row.number for row in rows["destination"]},
        lookups=tuple(_lookup(row, named["lookup"][row.key]) for row in rows["lookup"]),
        steps=tuple(_step(step, names, named) for step in steps if step.kind in REGISTRY),
        tests=attached.tests_of(flow),
        waivers=attached.waivers_of(flow, {step.key: names[step.pk] for step in steps}),
    )


def step_names(steps: Iterable[Step]) -> dict[int, str]:
    """What each step is called in a file, by its row: its name, with a number behind it where another has the same."""
    return _told_apart({step.pk: step.name for step in steps})


def _told_apart(names: Mapping[Any, str]) -> dict[Any, str]:
    taken, found = set[str](), dict[Any, str]()
    for key, name in names.items():
        found[key] = free_name(name, taken, longest=LONGEST, form="{} ({})")
        taken.add(found[key])
    return found


def _used(steps: Iterable[Step]) -> dict[str, list[Any]]:
    """The rows that the settings of these steps refer to, by what they are. One query for each."""
    wanted: dict[str, set[str]] = {what: set() for what in REFERRED}
    for step in steps:
        for name, about in params(REGISTRY[step.kind]).items() if step.kind in REGISTRY else ():
            if about.refers_to in wanted:
                wanted[about.refers_to].update(chosen(step.settings.get(name)))
    return {what: _rows(model, wanted[what]) for what, model in REFERRED.items()}


def _rows(model: Any, keys: set[str]) -> list[Any]:
    if not keys:
        return []
    rows = model.objects.filter(**{f"{KEYED.get(model, 'key')}__in": keys}).order_by("name", "pk")
    return list(rows.prefetch_related("periods", "holidays") if model is OpeningHours else rows)


def _lookup(row: Lookup, name: str) -> LookupFile:
    """Without its secret, and without what stands behind the ? of its address, which may be another."""
    about = {each: getattr(row, each) for each in LOOKUP}
    return LookupFile(name, about | {"address": urlsplit(row.address)._replace(query="", fragment="").geturl()})


def _step(step: Step, names: Mapping[int, str], named: Named) -> StepFile:
    rows = list(step.exits.all())
    own = {outcome.name for outcome in REGISTRY[step.kind].own_outcomes}
    added = [row for row in rows if row.outcome not in own] if REGISTRY[step.kind].takes_options else []
    try:
        built = build(step.kind, step.settings, [Option(outcome=row.outcome, label=row.label) for row in added])
    except SettingsError:
        built = build(step.kind, {})
    outcomes = {outcome.name for outcome in built.outcomes()}
    keyed = not named_by_label(REGISTRY[step.kind])
    return StepFile(
        name=names[step.pk],
        kind=step.kind,
        settings=_by_name(step.kind, wording.own_settings(built), named),
        choices=tuple(_choice(row, names, keyed, built) for row in added),
        texts_in=_texts_in(built),
        goes_to={
            row.outcome: names[row.goes_to_id]
            for row in rows
            if row not in added and row.outcome in outcomes and row.goes_to_id
        },
    )


def _choice(row: Exit, names: Mapping[int, str], keyed: bool, step: Kind) -> Choice:
    return Choice(
        key=row.outcome if keyed else "",
        label=row.label,
        phrases=row.phrases,
        goes_to=names[row.goes_to_id] if row.goes_to_id else "",
        phrases_in={code: said for code, texts in step.translations.items() if (said := texts.get(SAY + row.outcome))},
    )


def _texts_in(step: Kind) -> dict[str, dict[str, str]]:
    """The settings in further languages; what nobody wrote is left out."""
    names = params(type(step))
    found = {code: {n: text for n, text in texts.items() if n in names} for code, texts in step.translations.items()}
    return {code: texts for code, texts in found.items() if texts}


def _by_name(kind: str, settings: Mapping[str, Any], named: Named) -> dict[str, Any]:
    """The settings with names in place of keys. What is gone is left out."""
    found = dict(settings)
    for name, about in params(REGISTRY[kind]).items():
        if name in found and about.refers_to:
            known = named.get(about.refers_to, {})
            names = [known[key] for key in chosen(found[name]) if key in known]
            found[name] = names if isinstance(found[name], list) else next(iter(names), "")
    return {name: stored for name, stored in found.items() if stored not in ("", []) or not _refers(kind, name)}


def _refers(kind: str, name: str) -> bool:
    return bool(params(REGISTRY[kind])[name].refers_to)
