"""The waterfall on the flow's map: what came of callers at each step, how many left by each exit, and their calls.

The numbers are those of the table (`report_steps.table`), so the two cannot differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flows import diagram, engine
from flows.engine import snapshot
from streams.admin.report_steps import Went

Row = Mapping[str, Any]
# What stands on a step, line by line: the figure in its row, its words there, and whether nothing is left out.
LINES = (
    (("came", " came", True), ("hung_up", " hung up", False)),
    (("silence", " silent", False), ("not_understood", " not understood", False)),
    (("seconds", "", True), ("cost", "", True)),
)
# The card of a step says all of it: the figure in its row, its title, and what its list of calls is.
TOLD = (
    ("came", "Came", "came here"),
    ("silence", "Silence", "said nothing here"),
    ("not_understood", "Not understood", "were not understood here"),
    ("hung_up", "Hung up here", "hung up here"),
    ("seconds", "Stayed, a visit", "came here"),
    ("cost", "Cost, a visit", "came here, the costliest first"),
)


def map_of(found: Went, rows: Sequence[Row]) -> dict[str, Any] | None:
    """The flow as callers met it: `drawn` for the script, and the card of each step; None where it cannot be drawn."""
    flow = _flow(found)
    if flow is None or not rows:
        return None
    by_step = {row["key"]: row for row in rows}
    return {
        "drawn": {
            "drawing": diagram.drawing(flow),
            "steps": {key: {"lines": _lines(by_step.get(key))} for key in flow.steps},
            "exits": _exits(flow, by_step),
        },
        "cards": [_card(flow, key, by_step.get(key)) for key in flow.steps],
        "first": next((row["key"] for row in rows if row["key"] in flow.steps), flow.start),
    }


def _flow(found: Went) -> engine.Flow | None:
    try:
        return snapshot.load(found.version.snapshot) if found.version else None
    except (ValueError, KeyError):  # a version of old whose kinds of step are gone
        return None


def _lines(row: Row | None) -> list[list[dict[str, str]]]:
    """Lines of numbers: what each says, where its calls are, and what those are."""
    if row is None:
        return [[{"text": "nobody came", "url": "", "told": ""}]]
    told = {name: calls for name, _, calls in TOLD}
    lines = [
        [
            {
                "text": f"{row[name]['shown']}{words}",
                "url": row[name]["url"],
                "told": f"{row[name]['shown']}{words}: the calls that {told[name]}",
            }
            for name, words, always in line
            if row[name] and (always or row[name]["number"])
        ]
        for line in LINES
    ]
    return [line for line in lines if line]


def _exits(flow: engine.Flow, by_step: Mapping[str, Row]) -> dict[str, dict[str, Any]]:
    taken = {(key, one["exit"]): one for key, row in by_step.items() for one in row["exits"]}
    found = ((key, outcome.name) for key, step in flow.steps.items() for outcome in step.outcomes())
    return {
        f"{key},{name}": {"n": one["number"] if one else 0, "url": one["url"] if one else ""}
        for key, name in found
        for one in [taken.get((key, name))]
    }


def _card(flow: engine.Flow, key: str, row: Row | None) -> dict[str, Any]:
    """Everything about a step, each number with its calls; none for what its table leaves out."""
    figures = [{"title": title, "calls": calls, **row[name]} for name, title, calls in TOLD if row and row[name]]
    return {
        "key": key,
        "name": flow.name_of(key),
        "title": flow.steps[key].title,
        "figures": figures,
        "exits": row["exits"] if row else [],
    }
