"""What stands beside a flow in its file: its test calls, and the rules that were waived for it.

Both are kept where the site has them; a site without them leaves out that part of a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps

from flows.models import Flow
from flows.portable.describing import CallFile, WaiverFile


def _model(name: str) -> Any:
    try:
        return apps.get_model("flows", name)
    except LookupError:
        return None


def tests_of(flow: Flow) -> tuple[CallFile, ...] | None:
    """The test calls of a flow, in their order; None where the site has none at all."""
    model = _model("TestCall")
    if model is None:
        return None
    return tuple(
        CallFile(name=row.name, lines=row.lines) for row in model.objects.filter(flow=flow).order_by("place", "pk")
    )


def write_tests(flow: Flow, tests: Sequence[CallFile]) -> None:
    """Make these the test calls of a flow. One that keeps its name stays the same row."""
    model = _model("TestCall")
    if model is None:
        return
    there = {row.name: row for row in model.objects.filter(flow=flow)}
    model.objects.filter(flow=flow).exclude(name__in=[test.name for test in tests]).delete()
    for place, test in enumerate(tests):
        row = there.get(test.name) or model(flow=flow, name=test.name)
        row.lines, row.place = test.lines, place
        row.save()


def waivers_of(flow: Flow, names: Mapping[str, str]) -> tuple[WaiverFile, ...] | None:
    """The waivers of a flow; `names` are those of its steps, by key. None where the site has none at all."""
    return None


def write_waivers(flow: Flow, waivers: Sequence[WaiverFile], keys: Mapping[str, str], *, by: Any) -> None:
    """Add these waivers to a flow; `keys` are those of its steps, by name."""
