"""What callers would mind about a draft, with where it is mended and who let it pass. The rules: `flows.practice`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flows import engine
from flows.engine.problems import Problem
from flows.models import Flow, Step, Waiver
from flows.practice import Finding, Severity, findings
from flows.practice.rule import Tested


class NotThere(Exception):
    """What was to be waived is no longer found: the flow was changed."""


@dataclass(frozen=True)
class Linted:
    """One finding as pages show it. `step_name` and `url` are for people; `waiver` is the one that is in force."""

    finding: Finding
    step_name: str
    url: str
    waiver: Waiver | None = None

    @property
    def rule(self) -> str:
        return self.finding.rule.id

    @property
    def severity(self) -> Severity:
        return self.finding.severity

    @property
    def title(self) -> str:
        return self.finding.rule.title

    @property
    def why(self) -> str:
        return self.finding.rule.why

    @property
    def step(self) -> str:
        return self.finding.step

    @property
    def field(self) -> str:
        return self.finding.field

    @property
    def sentence(self) -> str:
        return self.finding.sentence

    @property
    def fingerprint(self) -> str:
        return self.finding.fingerprint

    @property
    def look(self) -> str:
        """How it looks beside a field."""
        return {Severity.ERROR: "cw-problem", Severity.WARNING: "cw-warning"}.get(self.severity, "cw-soft")

    @property
    def blocks(self) -> bool:
        """Whether the flow cannot be published with this."""
        return self.severity == Severity.ERROR and self.waiver is None


def lint(
    flow_row: Flow, flow: engine.Flow, *, steps: Iterable[Step] | None = None, tested: Tested | None = None
) -> list[Linted]:
    """Every finding in a draft, in the order of its steps. `flow` is the draft as the engine sees it.

    One query for the waivers, and one for the steps unless `steps` has them; none where nothing is found. `tested` as
    in `flows.practice.findings`.
    """
    found = findings(flow, tested=tested)
    if not found:
        return []
    return _linted(flow_row, flow, found, flow_row.steps.all() if steps is None else steps)


def beside(step: Step, flow: engine.Flow | None, *, is_whole: bool) -> list[Linted]:
    """The findings of one step for its own form, without what was waived. `is_whole`: every exit leads somewhere.

    One query, whatever is found.
    """
    if flow is None:
        return []
    found = (one for one in findings(flow) if is_whole or not one.rule.of_whole)
    mine = _linted(step.flow, flow, [one for one in found if one.step == step.key], [step])
    return [linted for linted in mine if linted.waiver is None]


def in_words(linted: Linted) -> str:
    """A finding beside its field: what is to be done, and what callers would mind."""
    return f"{linted.sentence} {linted.why}"


def refused(flow_row: Flow, flow: engine.Flow) -> list[Problem]:
    """The errors that stop publishing: those that nobody waived."""
    errors = _errors(flow)
    waivers = _waivers(flow_row) if errors else {}
    return [Problem(step=f.step, field=f.field, sentence=f.sentence) for f in errors if f.fingerprint not in waivers]


def report(flow_row: Flow, flow: engine.Flow) -> dict[str, Any]:
    """What a version keeps of the waivers that were in force when it was published; nothing when there was none."""
    errors = _errors(flow)
    waivers = _waivers(flow_row) if errors else {}
    rows = [waivers[found.fingerprint] for found in errors if found.fingerprint in waivers]
    names = ("rule", "step", "sentence", "reason")
    kept = [{name: getattr(row, name) for name in names} | {"by": row.who, "at": f"{row.at:%F}"} for row in rows]
    return {"waivers": kept} if kept else {}


def waive(flow_row: Flow, flow: engine.Flow, fingerprint: str, *, by: Any, reason: str) -> Waiver:
    """Let one error pass, as it stands now. Raises `NotThere` when it is no longer found. The caller checks who may."""
    finding = next((found for found in _errors(flow) if found.fingerprint == fingerprint), None)
    if finding is None:
        raise NotThere
    about = {"rule": finding.rule.id, "step": finding.step, "sentence": finding.sentence, "reason": reason, "by": by}
    made, _ = Waiver.objects.get_or_create(flow=flow_row, fingerprint=fingerprint, defaults=about)
    return made


def _linted(flow_row: Flow, flow: engine.Flow, found: list[Finding], steps: Iterable[Step]) -> list[Linted]:
    waivers = _waivers(flow_row)
    urls = {step.key: step.get_absolute_url() for step in steps}
    return [
        Linted(
            finding=finding,
            step_name=flow.name_of(finding.step) if finding.step else "",
            url=_at(urls.get(finding.step) or flow_row.get_absolute_url(), finding.field),
            waiver=waivers.get(finding.fingerprint),
        )
        for finding in found
    ]


def _errors(flow: engine.Flow) -> list[Finding]:
    return [finding for finding in findings(flow) if finding.severity == Severity.ERROR]


def _waivers(flow_row: Flow) -> dict[str, Waiver]:
    """The waivers of a flow, by the finding they are for. Those that no finding has any more are not in force."""
    return {row.fingerprint: row for row in flow_row.waivers.select_related("by")}


def _at(page: str, field: str) -> str:
    return f"{page}#id_{field}" if field else page
