"""A flow as a picture to draw: its steps and exits, from the same object that the engine walks. Pure.

Where everything stands is the browser's affair (`static/flows/studio/map.js`); here is what there is to draw.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from flows.changes import called
from flows.engine import Flow
from flows.engine.problems import Problem
from flows.engine.step import Outcome, Step, chosen, params

SHORT = 64  # characters of what callers hear, on a step
# How exits look: what a caller chose, what goes on by itself, and what did not work out.
CHOICE, ON, TROUBLE, GONE = "choice", "on", "trouble", "gone"
TROUBLES = {"no-input", "no-match", "failed", "busy", "no-answer", "limit", "error", "refused", "not-found"}

Drawing = dict[str, Any]


def drawing(flow: Flow, problems: Iterable[Problem] = (), before: Flow | None = None) -> Drawing:
    """Steps and exits as plain values. `before` is the version that the draft is compared with, if there is one."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.step, []).append(problem.sentence)
    return {
        "start": flow.start if flow.start in flow.steps else "",
        "steps": [_step(flow, key, found.get(key, []), before) for key in flow.steps],
        "exits": [exit_ for key in flow.steps for exit_ in _exits(flow, key)],
    }


def with_gone(drawn: Drawing, before: Flow, ways: Iterable[tuple[str, str, str]]) -> Drawing:
    """The same with those ways of `before`, as (step, outcome, goes to), that are not on it any more."""
    steps = {step["key"] for step in drawn["steps"]}
    exits = {(exit_["step"], exit_["outcome"], exit_["goes_to"]) for exit_ in drawn["exits"]}
    gone = [way for way in dict.fromkeys(ways) if way not in exits and {way[0], way[2]} <= before.steps.keys()]
    ends = dict.fromkeys(key for step, _, goes_to in gone for key in (step, goes_to) if key not in steps)
    labels = {(key, o.name): o.label for key, step in before.steps.items() for o in step.outcomes()}
    return drawn | {
        "steps": [*drawn["steps"], *(_step(before, key, [], None) | {"since": GONE} for key in ends)],
        "exits": [
            *drawn["exits"],
            *(
                {
                    "step": step,
                    "outcome": outcome,
                    "label": f"before: {called(outcome, labels.get((step, outcome), ''))}",
                    "goes_to": goes_to,
                    "look": GONE,
                }
                for step, outcome, goes_to in gone
            ),
        ],
    }


def first_text(step: Step) -> str:
    """What callers hear first at this step, "" where they hear nothing."""
    return next((str(getattr(step, name)) for name, about in params(type(step)).items() if about.spoken), "")


def said_first(step: Step) -> str:
    """The same, shortened."""
    text = " ".join(first_text(step).split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"


def referred(flow: Flow, step: Step) -> str:
    """What the step refers to, by its name: where callers are put through to, the flow that they go on in."""
    for name, about in params(type(step)).items():
        for key in chosen(getattr(step, name)) if about.refers_to else ():
            found = flow.resources.get(about.refers_to, {}).get(key)
            return str(getattr(found, "name", found)) if found else ""
    return ""


def _step(flow: Flow, key: str, problems: list[str], before: Flow | None) -> Drawing:
    step = flow.steps[key]
    return {
        "key": key,
        "name": flow.name_of(key),
        "kind": step.kind,
        "title": step.title,
        "shape": step.shape,
        "says": said_first(step) or referred(flow, step),
        "problems": problems,
        "since": _since(flow, key, before),
    }


def _since(flow: Flow, key: str, before: Flow | None) -> str:
    """What became of a step since `before`: new, changed, or nothing."""
    if before is None:
        return ""
    if key not in before.steps:
        return "new"
    return "" if _whole(flow, key) == _whole(before, key) else "changed"


def _whole(flow: Flow, key: str) -> tuple[Any, ...]:
    leads = {outcome: exit_.goes_to for (step, outcome), exit_ in flow.exits.items() if step == key}
    return flow.steps[key], flow.name_of(key), leads


def _exits(flow: Flow, key: str) -> Iterator[Drawing]:
    """The exits to draw: those that lead somewhere, and those that must."""
    chosen = {option.outcome for option in flow.steps[key].options}
    for outcome in flow.steps[key].outcomes():
        found = flow.exits.get((key, outcome.name))
        goes_to = found.goes_to if found and found.goes_to in flow.steps else None
        if goes_to or not outcome.optional:
            yield {
                "step": key,
                "outcome": outcome.name,
                "label": called(outcome.name, outcome.label),
                "goes_to": goes_to,
                "look": _look(outcome, chosen),
            }


def _look(outcome: Outcome, chosen: Iterable[str]) -> str:
    if outcome.name in chosen:
        return CHOICE
    return TROUBLE if outcome.name in TROUBLES or outcome.name.startswith(("no-input-", "no-match-")) else ON
