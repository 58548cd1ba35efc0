"""What importing a file would do, in words, before it is done.

It is done, looked at, and taken back within one transaction: so what is told is what will happen.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from flows import engine, publishing
from flows.changes import changes
from flows.engine.problems import Problem
from flows.models import Destination, Flow, Lookup, OpeningHours, Step
from flows.portable.applying import Applied, apply
from flows.portable.describing import FlowFile


@dataclass(frozen=True)
class Preview:
    """What would change, what would be added to the site, what to know, and what is to be mended afterwards."""

    name: str
    steps: list[str]
    changes: list[str]
    added: list[str]
    notes: list[str]
    problems: list[str]

    @property
    def digest(self) -> str:
        """Another one as soon as anything in it is another."""
        told = [self.name, *self.steps, *self.changes, *self.added, *self.notes, *self.problems]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def preview(file: FlowFile, *, to: Flow | None = None, by: Any = None) -> Preview:
    """What `apply` would do now. Nothing stays. Raises `Unreadable` as it does."""
    before = publishing.draft(to).flow if to else None
    with transaction.atomic():
        applied = apply(file, to=Flow.objects.get(pk=to.pk) if to else None, by=by)
        found = _told(file, applied, before, is_new=to is None)
        transaction.set_rollback(True)
    return found


def _told(file: FlowFile, applied: Applied, before: engine.Flow | None, *, is_new: bool) -> Preview:
    after = publishing.draft(applied.flow)
    steps = list(applied.flow.steps.all())
    changed = list(changes(before, after.flow)) if before and after.flow else []
    if not is_new and before is None:
        changed = ["The present draft cannot be read; the file takes its place whole."]
    return Preview(
        name=applied.flow.name,
        steps=[f"{step.name}: {step.get_kind_display()}" for step in steps] if is_new else [],
        changes=changed,
        added=[_added(row) for row in applied.added] + ([] if not is_new else list(_of_tests(file))),
        notes=applied.notes,
        problems=[_problem(problem, steps) for problem in after.problems],
    )


def _of_tests(file: FlowFile) -> Iterator[str]:
    if file.tests:
        yield f"{len(file.tests)} test call{'s' if len(file.tests) > 1 else ''}."


def _added(row: models.Model) -> str:
    if isinstance(row, Destination):
        return f"Destination “{row.name}”, {row.number}. A publisher approves it before the flow can be published."
    if isinstance(row, Lookup):
        return f"Lookup “{row.name}”, {row.address}. Fill in its secret, if it has one; then a publisher approves it."
    if isinstance(row, OpeningHours):
        return f"Opening hours “{row.name}”."
    return str(row)


def _problem(problem: Problem, steps: list[Step]) -> str:
    name = next((step.name for step in steps if step.key == problem.step), "")
    return f"{name}: {problem.sentence}" if name else problem.sentence
