"""A rule of good practice, the register of rules, and what a rule finds. Pure: a flow goes in, sentences come out.

A rule is one plain function, registered by `rule`. It only speaks of what works and serves callers badly; what cannot
work at all is found in `flows.engine.problems`, and is not said twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, TypeVar

from flows.engine.machine import Flow
from flows.engine.step import Option
from flows.engine.values import value


class Severity(StrEnum):
    """An error stops publishing unless a publisher waives it, where its rule lets them; a warning and a hint never stop
    anything.
    """

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@value
class Mend:
    """A change to the step of a finding that settles it. `label` says what it does, as the words of a button.

    `settings` and `line` are new values of the step and of the flow itself, by name; `leads` is where exits lead then,
    by outcome, as keys; `options` are all choices of the step, None where they stay.
    """

    label: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] | None = None
    line: Mapping[str, Any] = field(default_factory=dict)


@value
class Found:
    """What a rule yields. `field` as in `flows.engine.problems.Problem`; `severity` where it is not the rule's own.

    `mend` is a change that would settle it, where there is one that nobody has to think about.
    """

    step: str
    field: str
    sentence: str
    severity: Severity | None = None
    mend: Mend | None = None


@value
class Rule:
    """One rule. `title` is what it asks for, `why` what callers would mind; `check` is called with a flow.

    `about_tests`: `check` is called with what is tested as well, and not at all where nobody knows that. `of_whole`: it
    follows exits, so it says nothing useful of a flow in which some lead nowhere yet. `may_pass`: a publisher who knows
    better may let what it finds pass.
    """

    id: str
    severity: Severity
    title: str
    why: str
    check: Callable[..., Iterator[Found]]
    about_tests: bool = False
    of_whole: bool = False
    may_pass: bool = True


@value
class Finding:
    """One thing that callers would mind. `step` is its key; `field` a setting, or `exit:OUTCOME`. `mend` as found."""

    rule: Rule
    severity: Severity
    step: str
    field: str
    sentence: str
    mend: Mend | None = None

    @property
    def fingerprint(self) -> str:
        """Changes when the finding does: a waiver of seven choices is none of eight."""
        whole = "\n".join([self.rule.id, self.severity, self.step, self.field, self.sentence])
        return hashlib.sha256(whole.encode()).hexdigest()[:32]


RULES: dict[str, Rule] = {}

Tested = frozenset[tuple[str, str]]  # steps and what is tested there, such as ("helper", "silence")
Check = TypeVar("Check", bound=Callable[..., Iterator[Found]])


def rule(id: str, severity: Severity, *, title: str, why: str, **about: bool) -> Callable[[Check], Check]:
    """Register a function as a rule. `id` is that of the reference, such as M01; `about` are the flags of `Rule`."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        RULES[id] = Rule(id=id, severity=severity, title=title, why=why, check=check, **about)
        return check

    return register


def findings(flow: Flow, *, tested: Tested | None = None) -> list[Finding]:
    """Everything that callers would mind about this flow, in the order of its steps. Never raises, whatever the flow.

    `tested` are the steps of the flow and what its test calls try there; None when nobody knows.
    """
    found = [finding for each in RULES.values() for finding in _by(each, flow, tested)]
    place = {key: number for number, key in enumerate(["", *flow.steps])}
    return sorted(found, key=lambda finding: place[finding.step])


def _by(each: Rule, flow: Flow, tested: Tested | None) -> Iterator[Finding]:
    if each.about_tests and tested is None:
        return
    for found in each.check(flow, tested) if each.about_tests else each.check(flow):
        severity = found.severity or each.severity
        yield Finding(
            rule=each,
            severity=severity,
            step=found.step,
            field=found.field,
            sentence=found.sentence,
            mend=found.mend,
        )
