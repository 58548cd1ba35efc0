"""Flows that other flows go to: the version of each that counts now, and what it uses."""

from collections.abc import Iterable, Mapping
from typing import Any

from flows import engine
from flows.engine import snapshot
from flows.engine.inside import DEEPEST, SubFlow, depth
from flows.models import Flow, FlowVersion


def found(slugs: Iterable[str], within: Flow | None = None) -> dict[str, SubFlow]:
    """The flows with these slugs as they were published last, for a step of `within`. Two queries, none for none."""
    wanted = set(slugs)
    if not wanted:
        return {}
    rows = {row.slug: row for row in Flow.objects.filter(slug__in=wanted)}
    newest: dict[str, FlowVersion] = {}
    for version in FlowVersion.objects.filter(flow__slug__in=wanted).order_by("number").select_related("flow"):
        newest[version.flow.slug] = version
    return {slug: _as_inside(row, newest.get(slug), within) for slug, row in sorted(rows.items())}


def used(what: str, inside: Mapping[str, SubFlow]) -> dict[str, Any]:
    """What these flows refer to, by its key: they need it on every line that goes to them."""
    flows = [sub.flow for sub in inside.values() if sub.flow]
    return {key: stands for flow in flows for key, stands in flow.resources.get(what, {}).items()}


def _as_inside(row: Flow, version: FlowVersion | None, within: Flow | None) -> SubFlow:
    if within and row.pk == within.pk:
        return SubFlow(name=row.name, why_not="A flow cannot go to itself. Lead an exit to one of its steps instead.")
    if version is None:
        sentence = f"“{row.name}” was never published. Publish it first, then this flow can go there."
        return SubFlow(name=row.name, why_not=sentence)
    flow = snapshot.readable(version.snapshot)
    if flow is None:
        sentence = f"“{row.name}” was published by another release of this program. Publish it again."
        return SubFlow(name=row.name, why_not=sentence)
    if sentence := _why_not(flow, row, within):
        return SubFlow(name=row.name, number=version.number, why_not=sentence)
    return SubFlow(name=row.name, number=version.number, flow=flow)


def _why_not(flow: engine.Flow, row: Flow, within: Flow | None) -> str:
    if within and within.slug in _leads_to(flow):
        return (
            f"“{row.name}” itself goes to “{within.name}”, so callers would go round in a circle. Choose another flow."
        )
    if within and flow.language != within.language:
        return f"“{row.name}” speaks another language than this flow. Choose one that speaks the same."
    if depth(flow) >= DEEPEST:
        return f"“{row.name}” goes to a flow that goes to another, and so on. At most {DEEPEST} may follow one another."
    return ""


def _leads_to(flow: engine.Flow) -> set[str]:
    """The slugs of all flows inside this one, however deep."""
    inside: Mapping[str, SubFlow] = flow.resources.get("flow", {})
    return set(inside).union(*(_leads_to(sub.flow) for sub in inside.values() if sub.flow))
