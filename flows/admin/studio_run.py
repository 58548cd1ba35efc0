"""A test call that is shown on the map: which way it went just now, and where it stopped."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from flows import engine
from flows.models import Flow, TestCall
from flows.testcalls import gate
from flows.testcalls.route import route_of


def run_shown(request: HttpRequest, flow: Flow, draft: engine.Flow | None, ran: gate.Ran) -> dict[str, Any] | None:
    """The test call that the page's address asks for, None when it asks for none."""
    asked = request.GET.get("test", "")
    if not asked or draft is None:
        return None
    tests_url = reverse("admin:flows_flow_tests", args=[flow.pk])
    found = next(((test, result) for test, result in ran if str(test.pk) == asked), None)
    if found is None:
        return {"is_gone": True, "tests_url": tests_url}
    test, result = found
    route = route_of(result)
    return {
        "name": test.name,
        "passed": result.passed,
        "why": "" if result.passed else why(test, result.line, result.sentence),
        "way": [draft.name_of(key) for key in route.steps],
        "route": {
            "steps": route.steps,
            "exits": route.exits,
            "stopped": "" if result.passed else result.stands,
        },
        "tests_url": test.get_absolute_url(),
    }


def map_url(test: TestCall) -> str:
    """The map of its flow, with the way of this test call on it."""
    return f"{reverse('admin:flows_flow_change', args=[test.flow_id])}?test={test.pk}"


def why(test: TestCall, line: int, sentence: str) -> str:
    """Which line failed, and what happened instead."""
    written = test.lines.splitlines()
    return f"At line {line} ({written[line - 1].strip()}): {sentence}" if 0 < line <= len(written) else sentence
