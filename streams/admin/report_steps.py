"""Where callers went: a report's steps as a table, each number with its calls. `report_map` shows the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows.models import Flow, FlowVersion
from streams.admin.report_asked import Question
from streams.admin.report_calls import calls_url
from streams.admin.report_words import each, of, share, stay
from streams.figures import answers
from streams.figures.asked import Asked, StepRow, Tiles
from streams.reports.names import Names, names_in

BAR = 100.0  # the length of the longest bar, in the drawing's own units
MOST_FLOWS = 6  # that are shown one under the other
TOP = 8


@dataclass(frozen=True, slots=True)
class Went:
    """How callers went through one flow: `asked` of it alone, its steps, the most visited first, and what they are
    called. `version` is the one that the names and the map are taken from; None when none can be told."""

    flow: Flow
    asked: Asked
    rows: Sequence[StepRow]
    names: Names
    version: FlowVersion | None


def went(question: Question, flows: dict[int, Tiles]) -> list[Went]:
    """By flow, the busiest first; only the chosen one where one is chosen."""
    busiest = sorted((pk for pk in flows if pk), key=lambda pk: -flows[pk].offered)[:MOST_FLOWS]
    pks = [question.flow.pk] if question.flow else busiest
    rows = Flow.objects.in_bulk(pks)
    return [_of_flow(rows[pk], replace(question.asked, flow=pk)) for pk in pks if pk in rows]


def _of_flow(flow: Flow, asked: Asked) -> Went:
    version = _met(asked, flow)
    order = list((version.snapshot if version else {}).get("steps", {}))
    place = {key: number for number, key in enumerate(order)}
    rows = sorted(answers.steps(asked), key=lambda row: (-row.callers, place.get(row.step, len(place)), row.step))
    return Went(flow, asked, rows, names_in(version.snapshot if version else None), version)


def _met(asked: Asked, flow: Flow) -> FlowVersion | None:
    """The version that was asked for, or the newest that callers met in these days."""
    met = [asked.version] if asked.version else list(answers.by_version(asked))
    return FlowVersion.objects.filter(flow=flow, pk__in=met).order_by("-number").first()


def table(found: Went, *, money: bool) -> list[dict[str, Any]]:
    """The rows of the table, ready to be shown."""
    most = max((row.callers for row in found.rows), default=0)
    return [_row(found, row, most, money) for row in found.rows]


def _row(found: Went, row: StepRow, most: int, money: bool) -> dict[str, Any]:
    came, gone = BAR * row.callers / most if most else 0, BAR * row.hung_up / most if most else 0
    listens = row.silent or row.not_understood
    return {
        "key": row.step,
        "name": found.names.step(row.step),
        "visits": row.visits,
        "came": _number(found, row, "callers", row.callers),
        "bar": {"came": f"{came:.1f}", "gone": f"{min(gone, came):.1f}", "from": f"{came - min(gone, came):.1f}"},
        "silence": _number(found, row, "no_inputs", row.silent) if listens else None,
        "not_understood": _number(found, row, "no_matches", row.not_understood) if listens else None,
        "hung_up": _number(found, row, "hung_up", row.hung_up),
        "seconds": _average(found, row, stay(row.seconds / row.visits)) if row.visits else None,
        "cost": _average(found, row, each(row.cost / row.visits), costliest=True) if money and row.visits else None,
        "exits": _exits(found, row),
    }


def _exits(found: Went, row: StepRow) -> list[dict[str, Any]]:
    """The ways by which callers left the step, the most taken first."""
    return [
        {"exit": exit_, "name": found.names.choice(row.step, exit_)} | _number(found, row, "visits", calls, exit=exit_)
        for exit_, calls in sorted(row.left.items(), key=lambda item: (-item[1], item[0]))
    ]


def _number(found: Went, row: StepRow, what: str, calls: int, **more: str) -> dict[str, Any]:
    """So many calls, with the address of their list; none where there are none. The share is of callers."""
    return {
        "number": calls,
        "shown": f"{calls:,}",
        "share": share(of(calls, row.callers)),
        "url": calls_url(found.asked, what, step=row.step, **more) if calls else "",
    }


def _average(found: Went, row: StepRow, shown: str, *, costliest: bool = False) -> dict[str, Any]:
    """What a visit took, with the address of the calls that it is the average of."""
    url = calls_url(found.asked, "callers", step=row.step, costliest=costliest)
    return {"number": row.callers, "shown": shown, "share": "", "url": url}


def top(of_flows: Sequence[Went], what: str) -> list[dict[str, Any]]:
    """The steps with most of `what` (`hung_up` or `cost`), whatever their flow."""
    rows = [(found, row, getattr(row, what)) for found in of_flows for row in found.rows if getattr(row, what) > 0]
    rows.sort(key=lambda one: (-one[2], one[1].step))
    most = rows[0][2] if rows else 0
    return [
        {
            "name": found.names.step(row.step),
            "flow": str(found.flow) if len(of_flows) > 1 else "",
            "value": value,
            "bar": f"{100 * float(value) / float(most):.1f}",
            "url": calls_url(found.asked, "hung_up" if what == "hung_up" else "callers", step=row.step),
        }
        for found, row, value in rows[:TOP]
    ]
