"""The test calls of a flow as a gate before publishing, and what they did for whoever shows it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from flows.engine.machine import Flow
from flows.engine.problems import Problem
from flows.models import Flow as FlowRow
from flows.models import TestCall
from flows.testcalls.coverage import coverage
from flows.testcalls.runner import Result, run_text

FIELD = "test:"  # before the key of a test call, where a problem names its field

Ran = Sequence[tuple[TestCall, Result]]


def results(flow_row: FlowRow, flow: Flow) -> Ran:
    """Every test call of this flow, run now on `flow`. One query."""
    return [(test, run_text(flow, test.lines)) for test in flow_row.test_calls.all()]


def tested(ran: Ran) -> frozenset[tuple[str, str]]:
    """Which difficult callers the passing calls bring to which steps, as `flows.practice.findings` takes it."""
    marked = [(test.plays, result) for test, result in ran if test.plays and result.passed]
    return frozenset((step, plays) for plays, result in marked for step in result.visited)


def failures(flow_row: FlowRow, flow: Flow) -> list[Problem]:
    """A problem for each test call that fails, with the line that does; they refuse publishing."""
    return problems_of(results(flow_row, flow))


def problems_of(ran: Ran) -> list[Problem]:
    """The same for calls that were run already."""
    return [
        Problem(step="", field=f"{FIELD}{test.pk}", sentence=_in_words(test, result))
        for test, result in ran
        if not result.passed
    ]


def report(flow_row: FlowRow, flow: Flow) -> dict[str, Any]:
    """What a version keeps about its test calls; nothing where a flow has none. `coverage` is from 0 to 1."""
    ran = results(flow_row, flow)
    if not ran:
        return {}
    passed = sum(result.passed for _, result in ran)
    walked = coverage(flow, (result for _, result in ran))
    return {"tests": {"passed": passed, "of": len(ran), "coverage": round(walked.fraction, 3)}}


def summary(flow_row: FlowRow, flow: Flow | None, ran: Ran) -> dict[str, Any]:
    """What `flows/tests_summary.html` shows of calls that were run: how many pass, what they cover, why others fail."""
    walked = coverage(flow, (result for _, result in ran)) if flow else None
    return {
        "tests_url": reverse("admin:flows_flow_tests", args=[flow_row.pk]),
        "of": len(ran),
        "passed": sum(result.passed for _, result in ran),
        "percent": walked.percent if walked else 0,
        "untested": len(walked.untested) if walked else 0,
        "problems": (failed := problems_of(ran)),
        "linked": [(problem, url(flow_row, problem)) for problem in failed],
    }


def url(flow_row: FlowRow, problem: Problem) -> str:
    """Where a failing test is shown."""
    return f"{reverse('admin:flows_flow_tests', args=[flow_row.pk])}#test-{problem.field.removeprefix(FIELD)}"


def _in_words(test: TestCall, result: Result) -> str:
    written = test.lines.splitlines()
    line = written[result.line - 1].strip() if 0 < result.line <= len(written) else ""
    where = f" at line {result.line} ({line})" if line else ""
    return f"The test call “{test.name}” fails{where}. {result.sentence}"
