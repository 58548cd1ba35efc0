"""Where callers get to in a flow: from which steps a person is in reach, and how many menus lie before a step."""

from collections import deque
from collections.abc import Callable, Iterable
from functools import cache

from flows.engine.machine import Flow
from flows.engine.step import REGISTRY, Step, params
from flows.practice.reading import has_assistant, is_menu, setting

TAKE_UP = frozenset({"voicemail", "call_back", "go_to_flow"})  # a message, a call back; another flow answers for itself
PUTS_THROUGH = "destination"


def next_of(flow: Flow, key: str, outcome: str) -> str | None:
    """The step that this exit leads to, None where it leads nowhere."""
    found = flow.exits.get((key, outcome))
    return found.goes_to if found and found.goes_to in flow.steps else None


def all_next(flow: Flow, key: str) -> list[str]:
    """Every step that may come next."""
    found = (next_of(flow, key, outcome.name) for outcome in flow.steps[key].outcomes())
    return [there for there in dict.fromkeys(found) if there is not None]


def reaches_people(step: Step) -> bool:
    """Callers speak with somebody here, leave a message, or are called back."""
    if has_assistant(step):
        return any(setting(step, name) for name in ("destinations", "takes_messages", "takes_callbacks"))
    return step.kind in TAKE_UP or any(about.refers_to == PUTS_THROUGH for about in params(type(step)).values())


def is_staffed(flow: Flow) -> bool:
    """Whether any step puts callers through to somebody."""
    return any(puts_through(step.kind) for step in flow.steps.values())


@cache
def puts_through(kind: str) -> bool:
    """Whether steps of this kind put callers through to somebody, whatever happens in them."""
    return any(about.refers_to == PUTS_THROUGH and about.required for about in params(REGISTRY[kind]).values())


def reachable(
    flow: Flow, first: Iterable[str | None], *, through: Callable[[Step], bool] = lambda step: True
) -> list[str]:
    """The steps that callers get to from these, themselves included; they go on `through` such steps."""
    todo = deque(key for key in first if key in flow.steps)
    seen: dict[str, None] = {}
    while todo:
        here = todo.popleft()
        if here is None or here in seen:
            continue
        seen[here] = None
        if through(flow.steps[here]):
            todo.extend(all_next(flow, here))
    return list(seen)


def finds_people(flow: Flow, key: str | None, *, through: Callable[[Step], bool] = lambda step: True) -> bool:
    """Whether callers who go on at this step may get to people."""
    return any(reaches_people(flow.steps[there]) for there in reachable(flow, [key], through=through))


def menus_until(flow: Flow) -> dict[str, int]:
    """For every step that callers reach: how many menus they pass at least, the step itself included."""
    if flow.start not in flow.steps:
        return {}
    depth: dict[str, int] = {}
    todo = deque([(flow.start, 0)])
    while todo:
        key, before = todo.popleft()
        here = before + is_menu(flow.steps[key])
        if depth.get(key, here + 1) <= here:
            continue
        depth[key] = here
        todo.extend((there, here) for there in all_next(flow, key))
    return depth


def ends_at_once(flow: Flow, key: str | None) -> bool:
    """Whether the call is over in this step, whatever the caller does."""
    return key is not None and key in flow.steps and not flow.steps[key].outcomes()
