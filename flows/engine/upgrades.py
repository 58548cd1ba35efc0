"""Snapshots of older specs, brought to today's. Pure.

One function per change of the format, oldest first; `UPGRADES[n]` turns spec n into spec n + 1. A test loads one
stored snapshot of every past spec.
"""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

SPEC = 2


def engines_and_disclosure(snapshot: Json) -> Json:
    """Spec 2 names a flow's engines and says whether its AI steps tell what they are."""
    return {**snapshot, "spec": 2, "transcriber": "", "agent": "", "discloses_ai": True}


UPGRADES: dict[int, Callable[[Json], Json]] = {1: engines_and_disclosure}


def upgrade(snapshot: Json) -> Json:
    """The same flow in today's spec. Raises `ValueError` for a spec that is newer than this program."""
    spec = snapshot.get("spec", 0)
    if not 1 <= spec <= SPEC:
        raise ValueError(f"This flow is stored in format {spec}; this program reads formats 1 to {SPEC}.")
    for past in range(spec, SPEC):
        snapshot = UPGRADES[past](snapshot)
    return snapshot
