"""A flow as lines to read: its steps in order, where each exit leads, and what is to be mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from flows import drafts, engine
from flows.changes import called
from flows.engine.problems import TRANSLATION, Problem
from flows.engine.step import REGISTRY, Option, Param, chosen, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import build
from flows.fields import OFFERED
from flows.hearing import Heard
from flows.models import Flow, Step
from flows.rows import columns_of
from flows.testcalls import gate


@dataclass(frozen=True)
class ExitLine:
    """One exit: what it is called, and the name and address of the step it leads to."""

    label: str
    outcome: str = ""
    goes_to: str = ""
    url: str = ""
    choose_url: str = ""  # where a builder connects it


@dataclass(frozen=True)
class StepLine:
    """One step. `settings` are shown for versions: label, value, and what lets one hear it, if callers do.

    `problems` are (sentence, address) pairs.

    `beside` are those problems that are not told by an exit that is not connected.
    """

    key: str
    name: str
    kind: str
    begins: bool = False
    pk: int | None = None
    url: str = ""
    exits: list[ExitLine] = field(default_factory=list)
    settings: list[tuple[str, object, Heard | None]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def beside(self) -> list[tuple[str, str]]:
        told = {exit_.choose_url for exit_ in self.exits if not exit_.goes_to}
        return [(sentence, url) for sentence, url in self.problems if url not in told]


def of_draft(flow_row: Flow, problems: Iterable[Problem]) -> list[StepLine]:
    """The steps of a draft, with links to where each is edited and each problem is mended."""
    steps = list(flow_row.steps.prefetch_related("exits"))
    by_pk = {step.pk: step for step in steps}
    found: dict[str, list[tuple[str, str]]] = {}
    for problem in problems:
        found.setdefault(problem.step, []).append((in_words(problem, steps), problem_url(flow_row, problem, steps)))
    return [
        StepLine(
            key=step.key,
            name=step.name,
            kind=REGISTRY[step.kind].title if step.kind in REGISTRY else step.kind,
            begins=step.pk == flow_row.start_id,
            pk=step.pk,
            url=step.get_absolute_url(),
            exits=_exit_lines(step, by_pk),
            problems=found.get(step.key, []),
        )
        for step in steps
    ]


def of_version(flow: engine.Flow, heard: Mapping[str, Heard]) -> list[StepLine]:
    """The steps of a published flow, the first step first, with their settings in words. `heard` is by text."""
    keys = sorted(flow.steps, key=lambda key: key != flow.start)
    return [
        StepLine(
            key=key,
            name=flow.name_of(key),
            kind=flow.steps[key].title,
            begins=key == flow.start,
            exits=[
                ExitLine(
                    label=called(exit_.outcome, exit_.label),
                    outcome=exit_.outcome,
                    goes_to=flow.name_of(exit_.goes_to) if exit_.goes_to else "",
                )
                for (step, _), exit_ in flow.exits.items()
                if step == key and exit_.goes_to
            ],
            settings=list(_settings(flow.steps[key], flow.resources, heard)),
        )
        for key in keys
    ]


def problem_url(flow_row: Flow, problem: Problem, steps: Iterable[Step]) -> str:
    """Where a problem is mended: the page of its step or flow, at the field."""
    if problem.field.startswith(gate.FIELD):
        return gate.url(flow_row, problem)
    if problem.field.startswith(TRANSLATION):
        return f"{reverse('admin:flows_flow_languages', args=[flow_row.pk])}#step-{problem.step}"
    page = next((step.get_absolute_url() for step in steps if step.key == problem.step), flow_row.get_absolute_url())
    if problem.field == "start" and not flow_row.steps.exists():
        return add_step_url(flow_row)
    return f"{page}#id_{problem.field}" if problem.field else page


def in_words(problem: Problem, steps: Iterable[Step]) -> str:
    """A problem away from its field: the sentence, after the name of the setting that it is about."""
    kind = next((REGISTRY.get(step.kind) for step in steps if step.key == problem.step), None)
    about = params(kind).get(problem.field) if kind else None
    return f"{about.label}: {problem.sentence}" if about and about.label else problem.sentence


def add_step_url(flow_row: Flow) -> str:
    """The page that adds a step to this flow."""
    return f"{reverse('admin:flows_step_add')}?flow={flow_row.pk}"


def _exit_lines(step: Step, by_pk: Mapping[int, Step]) -> list[ExitLine]:
    rows = list(step.exits.all())
    options = [Option(outcome=row.outcome, label=row.label) for row in rows]
    outcomes = {outcome.name: outcome for outcome in drafts.outcomes_of(step, options)}
    return [
        ExitLine(
            label=called(row.outcome, outcomes[row.outcome].label),  # the kind may have found better words since
            outcome=row.outcome,
            goes_to=by_pk[row.goes_to_id].name if row.goes_to_id else "",
            url=by_pk[row.goes_to_id].get_absolute_url() if row.goes_to_id else "",
            choose_url=f"{step.get_absolute_url()}#id_exit:{row.outcome}",
        )
        for row in rows
        if row.outcome in outcomes and (row.goes_to_id or not outcomes[row.outcome].optional)
    ]


def _settings(
    step: Kind, resources: Mapping[str, Mapping[str, Any]], heard: Mapping[str, Heard]
) -> Iterable[tuple[str, object, Heard | None]]:
    """The settings that say something, with what they refer to by its name. Folded ones count when they are unusual."""
    usual = build(step.kind, {})
    for name, about in params(type(step)).items():
        stored = getattr(step, name)
        if about.fold and stored == getattr(usual, name):
            continue
        if stored not in ("", (), None):
            label = about.label or name.replace("_", " ").capitalize()
            yield label, _said(about, stored, resources), heard.get(stored) if about.spoken else None


def _said(about: Param, stored: Any, resources: Mapping[str, Mapping[str, Any]]) -> object:
    """A setting in words: what it refers to or chooses has a name there."""
    if about.refers_to:
        known = resources.get(about.refers_to, {})
        return "\n".join(getattr(known.get(key), "name", known.get(key, key)) for key in chosen(stored))
    if about.offers:
        return dict(OFFERED[about.offers]()).get(stored, stored)
    if about.choices:
        return dict(about.choices).get(stored, stored)
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if isinstance(stored, float):
        return f"{stored:g}"
    if isinstance(stored, tuple):
        return "\n".join(" — ".join(c.in_words(getattr(row, c.name)) for c in columns_of(type(row))) for row in stored)
    return stored
