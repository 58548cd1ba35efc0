"""The way that a test call went through its flow, for whoever draws it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flows.testcalls.runner import Result


@dataclass(frozen=True, slots=True)
class Route:
    """`steps` by key, in the order they were entered; `exits` as (step, outcome), in the order they were taken."""

    steps: tuple[str, ...]
    exits: tuple[tuple[str, str], ...]


def route_of(result: Result) -> Route:
    """The way of one call, as far as it came."""
    return Route(steps=result.visited, exits=result.taken)


def routes(ran: Iterable[tuple[int, Result]]) -> dict[str, dict[str, Any]]:
    """The ways of these calls as plain values, by the number of their test.

    `stopped_at` is the step where the call was last: for a test that fails, where it went wrong.
    """
    return {str(number): _plain(result) for number, result in ran}


def _plain(result: Result) -> dict[str, Any]:
    way = route_of(result)
    return {
        "steps": list(way.steps),
        "exits": [list(one) for one in way.exits],
        "passed": result.passed,
        "stopped_at": result.stands,
    }
