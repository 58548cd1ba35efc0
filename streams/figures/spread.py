"""How times are spread: the middle one and the slow end, from how often each was. Pure.

Times are kept to two figures (840 ms, 1,200 ms; 47 s, 120 s), so that days can be added up: no caller feels more.
"""

from collections.abc import Iterable, Mapping

FIGURES = 2


def rough(value: float) -> int:
    """A whole number to two figures, halves up: 1,249 is 1,200, 47 stays."""
    whole = max(int(value + 0.5), 0)
    size = 10 ** max(len(str(whole)) - FIGURES, 0)
    return (whole + size // 2) // size * size


def spread(values: Iterable[float]) -> dict[int, int]:
    """How often each value is there, to two figures."""
    found: dict[int, int] = {}
    for value in values:
        found[rough(value)] = found.get(rough(value), 0) + 1
    return found


def percentile(counted: Mapping[int, int], percent: int) -> float | None:
    """The value that so many of a hundred do not exceed: nearest rank. None where there is nothing."""
    wanted = -(-sum(counted.values()) * percent // 100)
    passed = 0
    for value in sorted(counted):
        passed += counted[value]
        if passed >= wanted > 0:
            return float(value)
    return None
