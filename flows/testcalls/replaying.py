"""A call that took place, on two flows: would it go elsewhere now, and from which step on? Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from flows.engine.machine import Flow
from flows.testcalls.acts import Act, Expectation
from flows.testcalls.recorded import Logged, acts_from
from flows.testcalls.runner import Caller, Result


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a call does on both flows. Steps are keys.

    `differs_at` is the last step that both came to before their ways part, "" when they begin apart or never part;
    `before_next` and `after_next` are where each went from there, "" where it went no further. `before_end` and
    `after_end` are the steps in which each ended. `before_taken` and `after_taken` are exits as (step, outcome).
    """

    same: bool
    differs_at: str
    before_next: str
    after_next: str
    before_end: str
    after_end: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_taken: tuple[tuple[str, str], ...] = ()
    after_taken: tuple[tuple[str, str], ...] = ()


def compare(events: Iterable[Logged], before_flow: Flow, after_flow: Flow, *, began: float | None = None) -> Comparison:
    """Play what the caller did, as the call's log tells it, on both flows. `began` as in `lines_from`."""
    acts = [act for act in acts_from(events, before_flow, began=began) if not isinstance(act, Expectation)]
    before, after = (_way(flow, acts) for flow in (before_flow, after_flow))
    shared = next(
        (place for place, (one, other) in enumerate(zip(before.visited, after.visited, strict=False)) if one != other),
        min(len(before.visited), len(after.visited)),
    )
    same = before.visited == after.visited
    return Comparison(
        same=same,
        differs_at=before.visited[shared - 1] if shared and not same else "",
        before_next="" if same else _at(before.visited, shared),
        after_next="" if same else _at(after.visited, shared),
        before_end=before.stands,
        after_end=after.stands,
        before=before.visited,
        after=after.visited,
        before_taken=before.taken,
        after_taken=after.taken,
    )


def _way(flow: Flow, acts: Iterable[Act]) -> Result:
    """Where these acts lead. What cannot be done on this flow any more is left out."""
    caller = Caller(flow)
    for act in acts:
        caller.does(act)
    caller.comes_to_rest()
    return caller.result()


def _at(way: tuple[str, ...], place: int) -> str:
    return way[place] if place < len(way) else ""
