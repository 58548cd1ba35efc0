"""Snapshots of older specs, brought to today's. Pure.

One function per change of the format, oldest first; `UPGRADES[n]` turns spec n into spec n + 1. A test loads one
stored snapshot of every past spec.
"""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

SPEC = 1
UPGRADES: dict[int, Callable[[Json], Json]] = {}


def upgrade(snapshot: Json) -> Json:
    """The same flow in today's spec. Raises `ValueError` for a spec that is newer than this program."""
    spec = snapshot.get("spec", 0)
    if not 1 <= spec <= SPEC:
        raise ValueError(f"This flow is stored in format {spec}; this program reads formats 1 to {SPEC}.")
    while spec < SPEC:
        snapshot = UPGRADES[spec](snapshot)
        spec += 1
    return snapshot
