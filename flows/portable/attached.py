"""What stands beside a flow in its file: its test calls, and the rules that were waived for it.

A file without them says nothing of them, and importing it leaves those of the flow as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flows import linting, publishing
from flows.models import Flow, TestCall
from flows.portable.describing import CallFile, WaiverFile


def tests_of(flow: Flow) -> tuple[CallFile, ...] | None:
    """The test calls of a flow, in their order; None where it has none."""
    return tuple(CallFile(name=row.name, lines=row.lines, plays=row.plays) for row in flow.test_calls.all()) or None


def write_tests(flow: Flow, tests: Sequence[CallFile], *, by: Any) -> None:
    """Make these the test calls of a flow. One that keeps its name stays the same row; two may have the same name."""
    there: dict[str, list[TestCall]] = {}
    for row in flow.test_calls.all():
        there.setdefault(row.name, []).append(row)
    for place, test in enumerate(tests):
        same = there.get(test.name)
        row = same.pop(0) if same else TestCall(flow=flow, name=test.name)
        row.lines, row.plays, row.place, row.changed_by = test.lines, test.plays, place, by
        row.save()
    flow.test_calls.filter(pk__in=[row.pk for left in there.values() for row in left]).delete()


def waivers_of(flow: Flow, names: Mapping[str, str]) -> tuple[WaiverFile, ...] | None:
    """The waivers of a flow; `names` are those of its steps, by key. None where it has none."""
    rows = linting.in_force(flow)
    return tuple(WaiverFile(row.rule, names.get(row.step, ""), row.reason) for row in rows) or None


def write_waivers(flow: Flow, waivers: Sequence[WaiverFile], keys: Mapping[str, str], *, by: Any) -> list[str]:
    """Let pass what these waivers name, as far as it is found; `keys` are those of the steps, by name.

    Only a publisher may. Gives what was left out, as sentences.
    """
    if not (by and by.has_perm("flows.publish_flow")):
        return ["Only a publisher may let a rule pass, so the waivers of the file are left out."] if waivers else []
    draft = publishing.draft(flow).flow
    if draft is None:
        return ["A step of the file cannot be read yet, so its waivers are left out."] if waivers else []
    stops = [one for one in linting.lint(flow, draft) if one.blocks]
    for waiver in waivers:
        for one in stops:
            if (one.rule, one.step) == (waiver.rule, keys.get(waiver.step, "")):
                linting.waive(flow, draft, one.fingerprint, by=by, reason=waiver.reason)
    return []
