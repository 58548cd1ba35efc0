"""Past calls that would go elsewhere, on a map: which exits are taken more and less often, and the two ways of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from flows import diagram, engine
from flows.seams import PastCall
from flows.testcalls.replaying import Comparison

Way = tuple[str, str, str]  # step, outcome, and where that leads
Played = tuple[PastCall, engine.Flow, Comparison]


def map_of(draft: engine.Flow, changed: Iterable[Played]) -> dict[str, Any]:
    """The draft with what is not there any more; by exit how many calls it gains and loses; by call both ways."""
    gained: Counter[Way] = Counter()
    lost: Counter[Way] = Counter()
    on: dict[int, list[Way]] = defaultdict(list)
    flows: dict[int, engine.Flow] = {}
    calls = []
    for _, before_flow, compared in changed:
        before, after = ways(before_flow, compared.before_taken), ways(draft, compared.after_taken)
        gained.update(set(after) - set(before))
        lost.update(set(before) - set(after))
        flows[id(before_flow)] = before_flow
        on[id(before_flow)] += before
        calls.append(
            {
                "before": {"steps": compared.before, "exits": before, "names": _names(before_flow, compared.before)},
                "after": {"steps": compared.after, "exits": after, "names": _names(draft, compared.after)},
            }
        )
    drawn = diagram.drawing(draft)
    for key, before_flow in flows.items():
        drawn = diagram.with_gone(drawn, before_flow, on[key])
    return {"drawing": drawn, "exits": _by_exit(gained, lost), "calls": calls}


def ways(flow: engine.Flow, taken: Iterable[tuple[str, str]]) -> list[Way]:
    """Exits with where they lead; those that lead nowhere end a call and are not drawn."""
    found = ((step, outcome, flow.exits.get((step, outcome))) for step, outcome in taken)
    return [(step, outcome, exit_.goes_to) for step, outcome, exit_ in found if exit_ and exit_.goes_to]


def _by_exit(gained: Counter[Way], lost: Counter[Way]) -> dict[str, dict[str, int]]:
    return {",".join(way): {"gained": gained[way], "lost": lost[way]} for way in {**gained, **lost}}


def _names(flow: engine.Flow, steps: Iterable[str]) -> list[str]:
    return [flow.name_of(key) for key in steps]
