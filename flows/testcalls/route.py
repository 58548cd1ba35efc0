"""The way that a test call took, to be drawn on a map. Pure."""

from dataclasses import dataclass

from flows.testcalls.runner import Result


@dataclass(frozen=True, slots=True)
class Route:
    """Steps by key in the order in which the call came to them, and the exits it took as (step, outcome)."""

    steps: tuple[str, ...]
    exits: tuple[tuple[str, str], ...]


def route_of(result: Result) -> Route:
    """Where this test call went."""
    return Route(steps=result.visited, exits=result.taken)
