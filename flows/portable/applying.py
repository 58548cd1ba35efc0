"""Making a flow what a file says: a new one, or the draft of one that is here.

A step is the same step where its name is the same, so calls and reports keep knowing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from flows import drafts, history
from flows.engine import languages
from flows.engine.recording import Recording
from flows.engine.step import REGISTRY, params
from flows.engine.stored_settings import TRANSLATIONS, build
from flows.engine.translating import SAY
from flows.models import Exit, Flow, Step
from flows.naming import free_name
from flows.portable import attached, places
from flows.portable.describing import Choice, FlowFile, StepFile
from flows.portable.gathering import step_names
from flows.portable.places import Places
from flows.stepform import named_by_label

LONGEST_NAME = 80


@dataclass(frozen=True)
class Applied:
    """The flow as it is now, what was added to the site for it, and what people should know, in sentences."""

    flow: Flow
    added: list[models.Model]
    notes: list[str]


@transaction.atomic
def apply(file: FlowFile, *, to: Flow | None = None, by: Any = None) -> Applied:
    """Store a file whole, or nothing of it. `to` is the flow whose draft it replaces; without one, a flow is made.

    A flow that is here keeps its own name. Raises `Unreadable` for what cannot be stored.
    """
    places.check(file)
    found = places.find_or_add(file)
    flow = to or _new_flow(file.name)
    history.remember(flow)
    steps = _steps(flow, file, found)
    _exits(file, steps)
    for name in ("language", "voice", "transcriber", "agent", "discloses_ai", "keeps_transcripts", "cost_centre"):
        setattr(flow, name, getattr(file, name))
    flow.records_calls, kept = file.recording is not None, file.recording or Recording(notice=flow.recording_notice)
    flow.recording_notice, flow.may_object = kept.notice, kept.may_object
    flow.languages = languages.written(file.languages)
    flow.start = steps.get(file.start)
    flow.save()
    if file.tests is not None:
        attached.write_tests(flow, file.tests, by=by)
    keys = {name: step.key for name, step in steps.items()}
    left_out = attached.write_waivers(flow, file.waivers or (), keys, by=by)
    drafts.touch(flow, by=by, what=f"everything, from the file “{file.name}”")
    return Applied(flow, found.added, [*_renamed(flow, file, to), *found.notes, *left_out])


def _new_flow(wanted: str) -> Flow:
    taken = set(Flow.objects.values_list("name", flat=True))
    name = free_name(wanted, taken, longest=LONGEST_NAME)
    slug = drafts.free_key(name, set(Flow.objects.values_list("slug", flat=True)), otherwise="flow", longest=80)
    return Flow.objects.create(name=name, slug=slug)


def _renamed(flow: Flow, file: FlowFile, to: Flow | None) -> list[str]:
    if to is None and flow.name != file.name:
        return [f"There is a flow called “{file.name}” already, so this one is called “{flow.name}”."]
    return []


# --- Steps ------------------------------------------------------------------------------------------------------------


def _steps(flow: Flow, file: FlowFile, found: Places) -> dict[str, Step]:
    """The steps by their name in the file; those that the file does not have are gone."""
    there = list(flow.steps.all())
    called = {name: pk for pk, name in step_names(there).items()}
    known = {step.pk: step for step in there}
    _take_away(flow, [pk for name, pk in called.items() if name not in {step.name for step in file.steps}])
    taken = {step.key for step in there}
    steps = {}
    for place, each in enumerate(file.steps):
        step = known.get(called.get(each.name, 0)) or _new_step(flow, each, taken)
        step.kind, step.place = each.kind, place
        step.settings = _by_key(each, found)
        step.save()
        steps[each.name] = step
    return steps


def _take_away(flow: Flow, pks: list[int]) -> None:
    Exit.objects.filter(goes_to__in=pks).update(goes_to=None)
    if flow.start_id in pks:
        flow.start = None
        flow.save(update_fields=["start"])
    Step.objects.filter(pk__in=pks).delete()


def _new_step(flow: Flow, file: StepFile, taken: set[str]) -> Step:
    key = drafts.free_key(file.name, taken, otherwise=file.kind)
    taken.add(key)
    return Step(flow=flow, key=key, name=file.name[:LONGEST_NAME])


def _by_key(file: StepFile, found: Places) -> dict[str, Any]:
    """The settings as they are stored: keys in place of names."""
    settings = dict(file.settings)
    for name, about in params(REGISTRY[file.kind]).items():
        if name in settings and about.refers_to:
            named = settings[name]
            many = [named] if isinstance(named, str) else named
            keys = [key for each in many if each and (key := found.key(about.refers_to, each))]
            settings[name] = keys if not isinstance(named, str) else next(iter(keys), "")
    return settings


def _exits(file: FlowFile, steps: Mapping[str, Step]) -> None:
    for each in file.steps:
        step = steps[each.name]
        names = {outcome.name for outcome in build(step.kind, step.settings).outcomes()}
        goes_to = {name: steps.get(each.goes_to.get(name, "")) for name in names}
        options = list(_choices(step, each.choices, steps))
        drafts.write_exits(step, options, goes_to)
        _translate(step, each, options)


def _translate(step: Step, file: StepFile, options: list[Exit]) -> None:
    """Store what the step says in further languages, once its choices have their names for reports."""
    found = {code: dict(texts) for code, texts in file.texts_in.items()}
    for row, choice in zip(options, file.choices, strict=False):
        for code, phrases in choice.phrases_in.items():
            found.setdefault(code, {})[SAY + row.outcome] = phrases
    if found:
        step.settings = {**step.settings, TRANSLATIONS: found}
        step.save(update_fields=["settings"])


def _choices(step: Step, choices: tuple[Choice, ...], steps: Mapping[str, Step]) -> list[Exit]:
    """The choices as rows. One that is called by its label keeps the name it has for reports."""
    if not choices:
        return []
    own = {outcome.name for outcome in REGISTRY[step.kind].own_outcomes}
    by_label = {row.label: row.outcome for row in drafts.option_rows(step)} if step.pk else {}
    keyed = not named_by_label(REGISTRY[step.kind])
    taken, rows = set(own) | set(by_label.values()), list[Exit]()
    for choice in choices:
        outcome = choice.key if keyed else by_label.pop(choice.label, "")
        outcome = outcome or drafts.free_key(choice.label, taken, otherwise="end", longest=40)
        taken.add(outcome)
        goes_to = steps.get(choice.goes_to)
        rows.append(Exit(outcome=outcome, label=choice.label, phrases=choice.phrases, goes_to=goes_to))
    return rows
