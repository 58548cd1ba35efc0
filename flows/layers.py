"""What the map can show beside a flow's steps and exits: how many callers came, and what they cost. Pure.

A layer is plain values for the page: what it `said` as a whole, and by step and exit a `figure` and a sentence.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flows.engine import Flow
from flows.money import about
from flows.seams import Spent, Traffic

DAYS = 7
PERIOD = f"Last {DAYS} days"
NO_CALLS = "No calls yet. When callers use this flow you will see here how many come to each step."
NO_COST = "No calls yet. When callers use this flow you will see here what they cost at each step."
NOT_INCLUDED = "What the carrier asks for calls, and for minutes put through to people, is not included."

Layer = dict[str, Any]


def callers(flow: Flow, traffic: Traffic) -> Layer:
    """How many callers came to each step, left it by each exit, and hung up in it."""
    if not traffic.calls:
        return {"said": NO_CALLS, "steps": {}, "exits": {}}
    return {
        "said": f"{PERIOD}: {_calls(traffic.calls)}. On each step how many callers came, on each exit how many left "
        "that way: the more, the thicker.",
        "steps": {key: _came(traffic.came.get(key, 0), traffic.hung_up.get(key, 0)) for key in flow.steps},
        "exits": {
            f"{key},{outcome.name}": {"n": traffic.left.get((key, outcome.name), 0)}
            for key, step in flow.steps.items()
            for outcome in step.outcomes()
        },
    }


def cost(flow: Flow, spent: Sequence[Spent]) -> Layer:
    """What a caller who comes to a step costs there, estimated."""
    if not spent:
        return {"said": NO_COST, "steps": {}, "exits": {}}
    whole = sum((one.total for one in spent), Decimal(0))
    after = sum((one.at("") for one in spent), Decimal(0))
    summaries = f", {about(after / len(spent))} of it for the summary afterwards" if after else ""
    each = about(whole / len(spent))
    return {
        "each": f"about {each} a call",
        "said": f"Estimated from {_calls(len(spent))} of the last {DAYS} days: what a caller costs at each step. "
        f"A call costs about {each}{summaries}. {NOT_INCLUDED}",
        "steps": {key: _costs(key, spent) for key in flow.steps},
        "exits": {},
    }


def _came(number: int, hung_up: int) -> dict[str, str]:
    if not number:
        return {"figure": "nobody came", "said": f"{PERIOD}: nobody came here."}
    gone = f", {hung_up:,} hung up here" if hung_up else ", nobody hung up here"
    return {
        "figure": f"{number:,} came" + (f" · {hung_up:,} hung up" if hung_up else ""),
        "said": f"{PERIOD}: {number:,} caller{'' if number == 1 else 's'} came here{gone}.",
    }


def _costs(key: str, spent: Iterable[Spent]) -> dict[str, str]:
    came = [one.at(key) for one in spent if key in one.visits]
    if not came:
        return {"figure": "no cost yet", "said": ""}
    each = about(sum(came, Decimal(0)) / len(came))
    return {"figure": f"about {each}", "said": f"A caller costs about {each} here (estimated)."}


def _calls(number: int) -> str:
    return f"{number:,} call{'' if number == 1 else 's'}"
