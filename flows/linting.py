"""What callers would mind about a draft, with where it is mended and who let it pass. The rules: `flows.practice`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from flows import engine
from flows.engine.problems import Problem
from flows.models import Flow, Step, Waiver
from flows.practice import Finding, Mend, Severity, findings
from flows.practice.proving import Prover
from flows.practice.rule import Tested

MOST_OFFERED = 15  # findings whose offers are proven at once: whoever waits for the page has enough to mend in them


class NotThere(Exception):
    """What was to be waived is no longer found: the flow was changed."""


@dataclass(frozen=True)
class Linted:
    """One finding as pages show it. `step_name` and `url` are for people; `waiver` is the one that is in force.

    `mend` is what a button may do about it, where that is safe in this flow.
    """

    finding: Finding
    step_name: str
    url: str
    waiver: Waiver | None = None
    mend: Mend | None = None

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
    def where(self) -> str:
        """What the link to `url` is called."""
        if self.finding.rule.about_tests:
            return "Propose tests"
        return "Look at it" if self.severity == Severity.HINT else "Mend it"

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

    @property
    def may_pass(self) -> bool:
        """Whether a publisher may let it pass."""
        return self.finding.rule.may_pass


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
    """A finding beside its field: what is to be done, what callers would mind, and the button that mends it.

    The button belongs to the form `mend`, which stands beside that of the step.
    """
    said = format_html("{} {}", linted.sentence, linted.why)
    if not linted.mend:
        return said
    button = '{} <button class="cw-button cw-mend" form="mend" name="fingerprint" value="{}">{}</button>'
    return format_html(button, said, linted.fingerprint, linted.mend.label)


def refused(flow_row: Flow, flow: engine.Flow) -> list[Problem]:
    """The errors that stop publishing: those that nobody waived."""
    errors = _errors(flow)
    waivers = _waivers(flow_row) if errors else {}
    standing = (found for found in errors if found.fingerprint not in waivers or not found.rule.may_pass)
    return [Problem(step=found.step, field=found.field, sentence=found.sentence) for found in standing]


def report(flow_row: Flow, flow: engine.Flow) -> dict[str, Any]:
    """What a version keeps of the waivers that were in force when it was published; nothing when there was none."""
    errors = _errors(flow)
    waivers = _waivers(flow_row) if errors else {}
    rows = [waivers[found.fingerprint] for found in errors if found.fingerprint in waivers]
    names = ("rule", "step", "sentence", "reason")
    kept = [{name: getattr(row, name) for name in names} | {"by": row.who, "at": f"{row.at:%F}"} for row in rows]
    return {"waivers": kept} if kept else {}


def waive(flow_row: Flow, flow: engine.Flow, fingerprint: str, *, by: Any, reason: str) -> Waiver:
    """Let one error pass, as it stands now. The caller checks who may. Raises `NotThere` when it is no longer found, or
    nobody may let it pass.
    """
    passing = (found for found in _errors(flow) if found.rule.may_pass)
    finding = next((found for found in passing if found.fingerprint == fingerprint), None)
    if finding is None:
        raise NotThere
    about = {"rule": finding.rule.id, "step": finding.step, "sentence": finding.sentence, "reason": reason, "by": by}
    made, _ = in_force(flow_row).get_or_create(flow=flow_row, fingerprint=fingerprint, defaults=about)
    return made


def take_back(waiver: Waiver, *, by: Any, why: str) -> None:
    """Let this waiver be no longer in force; who did it and why stays with it. The caller checks who may."""
    waiver.taken_back_by, waiver.taken_back_at, waiver.taken_back_why = by, timezone.now(), why
    waiver.save(update_fields=["taken_back_by", "taken_back_at", "taken_back_why"])


def in_force(flow_row: Flow) -> QuerySet[Waiver]:
    """The waivers of a flow that nobody took back."""
    return Waiver.objects.filter(flow=flow_row, taken_back_at=None)


def _linted(flow_row: Flow, flow: engine.Flow, found: list[Finding], steps: Iterable[Step]) -> list[Linted]:
    waivers, prover = _waivers(flow_row), Prover(flow)
    urls = {step.key: step.get_absolute_url() for step in steps}
    return [
        Linted(
            finding=finding,
            step_name=flow.name_of(finding.step) if finding.step else "",
            url=_proposed(flow_row)
            if finding.rule.about_tests
            else _at(urls.get(finding.step) or flow_row.get_absolute_url(), finding.field),
            waiver=waivers.get(finding.fingerprint) if finding.rule.may_pass else None,
            mend=prover.offer(finding) if place < MOST_OFFERED else None,
        )
        for place, finding in enumerate(found)
    ]


def _errors(flow: engine.Flow) -> list[Finding]:
    return [finding for finding in findings(flow) if finding.severity == Severity.ERROR]


def _waivers(flow_row: Flow) -> dict[str, Waiver]:
    """The waivers of a flow, by the finding they are for. Those that no finding has any more are not in force."""
    return {row.fingerprint: row for row in in_force(flow_row).select_related("by")}


def _proposed(flow_row: Flow) -> str:
    return f"{reverse('admin:flows_flow_tests', args=[flow_row.pk])}?propose#proposed"


def _at(page: str, field: str) -> str:
    return f"{page}#id_{field}" if field else page
