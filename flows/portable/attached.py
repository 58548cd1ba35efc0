"""What stands beside a flow in its file: its test calls, and the rules that were waived for it.

Both are kept where the site has them; a site without them leaves out that part of a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.models import Flow, TestCall
from flows.portable.describing import CallFile, WaiverFile


def tests_of(flow: Flow) -> tuple[CallFile, ...] | None:
    """The test calls of a flow, in their order; None where it has none."""
    return tuple(CallFile(name=row.name, lines=row.lines) for row in flow.test_calls.all()) or None


def write_tests(flow: Flow, tests: Sequence[CallFile], *, by: Any) -> None:
    """Make these the test calls of a flow. One that keeps its name stays the same row."""
    there = {row.name: row for row in flow.test_calls.all()}
    flow.test_calls.exclude(name__in=[test.name for test in tests]).delete()
    for place, test in enumerate(tests):
        row = there.get(test.name) or TestCall(flow=flow, name=test.name)
        row.lines, row.place, row.changed_by = test.lines, place, by
        row.save()


def waivers_of(flow: Flow, names: Mapping[str, str]) -> tuple[WaiverFile, ...] | None:
    """The waivers of a flow; `names` are those of its steps, by key. None where the site has none at all."""
    return None


def write_waivers(flow: Flow, waivers: Sequence[WaiverFile], keys: Mapping[str, str], *, by: Any) -> None:
    """Add these waivers to a flow; `keys` are those of its steps, by name."""
