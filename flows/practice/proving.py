"""Whether a change that a rule offers is safe in this very flow: the flow is changed, and looked at again."""

from dataclasses import replace

from flows.engine.machine import Exit, Flow
from flows.engine.problems import problems
from flows.engine.snapshot import make_flow
from flows.engine.stored_settings import settings_of
from flows.practice.rule import Finding, Mend, Severity


def is_safe(flow: Flow, finding: Finding) -> bool:
    """Whether what this finding offers settles it and breaks nothing: no new problem, no error of the same rule."""
    if finding.mend is None:
        return False
    after = mended(flow, finding.step, finding.mend)
    again = [one for one in finding.rule.check(after) if one.step == finding.step]
    if any(one.field == finding.field or one.severity == Severity.ERROR for one in again):
        return False
    before = {(problem.step, problem.field) for problem in problems(flow)}
    return all((problem.step, problem.field) in before for problem in problems(after))


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
        resources=flow.resources,
    )
    return replace(made, **mend.line)


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
