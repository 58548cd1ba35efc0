"""Which steps of a version builders marked as goals, and what kind each step is. Pure: reads snapshots of any spec."""

from collections.abc import Iterator, Mapping
from typing import Any

from flows.engine.inside import into

Rows = Iterator[tuple[str, Mapping[str, Any]]]


def steps_in(snapshot: Mapping[str, Any] | None) -> Rows:
    """The steps of a version by their paths, as they are stored, with those of flows inside it."""
    whole = snapshot or {}
    flows = whole.get("resources", {}).get("flow", {})
    for key, row in whole.get("steps", {}).items():
        yield key, row
        inside = flows.get(row.get("settings", {}).get("flow"))
        if inside:
            yield from ((into(key, path), step) for path, step in steps_in(inside.get("flow")))


def goals_in(snapshot: Mapping[str, Any] | None) -> frozenset[str]:
    """The paths of the steps that are goals."""
    return frozenset(path for path, row in steps_in(snapshot) if row.get("settings", {}).get("goal"))


def kinds_in(snapshot: Mapping[str, Any] | None) -> dict[str, str]:
    """The kind of each step, by its path."""
    return {path: row.get("kind", "") for path, row in steps_in(snapshot)}
