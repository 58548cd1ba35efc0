"""Whether the changes that rules offer are safe in this very flow: the flow is changed, and looked at again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from flows.engine.answers import Answer, known_answers
from flows.engine.machine import Exit, Flow
from flows.engine.problems import Problem, problems, setting_problems
from flows.engine.snapshot import make_flow
from flows.engine.step import Option, Step
from flows.engine.stored_settings import build, settings_of
from flows.practice.rule import Finding, Mend, Severity

Known = set[tuple[str, str]]  # problems, by step and field


class Prover:
    """Proves the offers of one flow. What is known of the flow itself is found out once, and only when it is needed."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def offer(self, finding: Finding) -> Mend | None:
        """What the finding offers, if that settles it and breaks nothing: no new problem, no error of the same rule."""
        if finding.mend is None:
            return None
        after = self._alone(finding) or mended(self.flow, finding.step, finding.mend)
        again = [one for one in finding.rule.check(after) if one.step == finding.step]
        if any(one.field == finding.field or one.severity == Severity.ERROR for one in again):
            return None
        return finding.mend if self._keeps(after, finding) else None

    def _alone(self, finding: Finding) -> Flow | None:
        """The flow with this one step changed, where no other step and no exit notices; None where they may."""
        mend, before = finding.mend, self.flow.steps[finding.step]
        if mend is None or mend.leads or mend.line or mend.options is not None:
            return None
        changed = _changed(self.flow, finding.step, mend.settings).knowing(self._answers)
        if list(changed.gives()) != list(before.gives()) or list(changed.outcomes()) != list(before.outcomes()):
            return None
        return replace(self.flow, steps={**self.flow.steps, finding.step: changed})

    def _keeps(self, after: Flow, finding: Finding) -> bool:
        """Whether the changed flow has no problem that this one has not."""
        key = finding.step
        if after.exits is self.flow.exits:  # the one step was changed
            return _of_step(key, after.steps[key]) <= _of_step(key, self.flow.steps[key])
        return _told(problems(after)) <= self._problems

    @cached_property
    def _problems(self) -> Known:
        return _told(problems(self.flow))

    @cached_property
    def _answers(self) -> dict[str, Answer]:
        return dict(known_answers(self.flow.steps.values()))


def mended(flow: Flow, key: str, mend: Mend) -> Flow:
    """The flow as it is after this change to one of its steps."""
    steps = {
        each: (step.kind, flow.name_of(each), {**settings_of(step), **(mend.settings if each == key else {})})
        for each, step in flow.steps.items()
    }
    made = make_flow(
        name=flow.name,
        start=flow.start,
        steps=steps,
        exits=[*(row for row in flow.exits.values() if row.step != key), *_exits(flow, key, mend)],
        language=flow.language,
        voice=flow.voice,
        transcriber=flow.transcriber,
        agent=flow.agent,
        discloses_ai=flow.discloses_ai,
        recording=flow.recording,
        keeps_transcripts=flow.keeps_transcripts,
        resources=flow.resources,
        further=flow.languages,
    )
    return replace(made, **mend.line)


def _changed(flow: Flow, key: str, settings: Mapping[str, Any]) -> Step:
    """One step with other settings, as `make_flow` makes it."""
    step = flow.steps[key]
    rows = (row for row in flow.exits.values() if row.step == key)
    options = [Option(outcome=row.outcome, label=row.label, phrases=row.phrases) for row in rows]
    built = build(step.kind, {**settings_of(step), **settings}, options)
    codes = [each.code for each in flow.languages]
    return built.resolve(flow.resources).spoken_in(flow.language).among(flow.language, codes)


def _of_step(key: str, step: Step) -> Known:
    return {(key, problem.field) for problem in setting_problems(step)}


def _told(found: Iterable[Problem]) -> Known:
    return {(problem.step, problem.field) for problem in found}


def _exits(flow: Flow, key: str, mend: Mend) -> list[Exit]:
    """The exits of the step, its choices in their new order first."""
    rows = {row.outcome: row for row in flow.exits.values() if row.step == key}
    added = {o.outcome: Exit(step=key, outcome=o.outcome, label=o.label, phrases=o.phrases) for o in mend.options or ()}
    rows = {name: rows.get(name, row) for name, row in added.items()} | {
        n: r for n, r in rows.items() if n not in added
    }
    rows |= {
        name: replace(rows.get(name) or Exit(step=key, outcome=name), goes_to=to) for name, to in mend.leads.items()
    }
    return list(rows.values())
