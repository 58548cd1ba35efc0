"""The eight tiles of a report, and the same figures side by side for versions, flows, numbers and languages."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from streams.admin.report_asked import Question
from streams.admin.report_calls import calls_url
from streams.admin.report_definitions import DEFINITIONS, Definition
from streams.admin.report_unreconciled import unreconciled
from streams.admin.report_words import AS, changed, each, grew, moved, seconds, share, whole
from streams.figures.asked import Asked, Tiles

Value = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report: its value, how it is shown, how it is told to have changed, and what stands below it.

    `what` names the calls behind it; `costliest` lists them by cost. A figure of `money` is for who may see charges.
    """

    name: str
    what: str
    value: Callable[[Tiles], Value]
    shown: Callable[[Any], str]
    change: Callable[[Any, Any], str]
    below: Callable[[Tiles], str] = lambda tiles: ""
    money: bool = False
    costliest: bool = False

    @property
    def definition(self) -> Definition:
        """What it means."""
        return DEFINITIONS[self.name]


def _split(tiles: Tiles) -> str:
    """What a call costs, by what it is paid for: “stream 0.9 · carrier 1.4 · AI 2.0”, in cents as the figure above."""
    if not tiles.offered:
        return "stream · carrier · AI"
    parts = (("stream", tiles.stream_cost), ("carrier", tiles.leg_cost), ("AI", tiles.ai_cost))
    return " · ".join(f"{name} {each(cost / tiles.offered)}" for name, cost in parts)


FIGURES = (
    Figure("offered", "offered", lambda t: t.offered, lambda n: f"{n:,}", changed),
    Figure(
        "truly_contained",
        "truly_contained",
        lambda t: t.share("truly_contained"),
        share,
        moved,
        lambda t: f"raw {share(t.share('contained'))}, minus repeat callers",
    ),
    Figure("asked_person", "asked_person", lambda t: t.share("asked_person"), share, moved, lambda t: "by key or word"),
    Figure("gave_up", "gave_up", lambda t: t.share("gave_up"), share, moved, lambda t: "hung up before any outcome"),
    Figure(
        "to_person",
        "transferred",
        lambda t: t.median_to_person,
        seconds,
        grew,
        lambda t: f"median, p90 {seconds(t.p90_to_person)}",
    ),
    Figure(
        "cost_per_call", "offered", lambda t: t.cost_per_call, each, grew, _split, money=True, costliest=True
    ),
    Figure(
        "cost_per_contained",
        "truly_contained",
        lambda t: t.cost_per_contained,
        each,
        grew,
        lambda t: "all costs ÷ contained",
        money=True,
        costliest=True,
    ),
)  # fmt: skip


def tiles_of(question: Question, now: Tiles, before: Tiles, *, money: bool) -> list[dict[str, Any]]:
    """The tiles, ready to be shown."""
    return [
        *(_tile(figure, question, now, before) for figure in FIGURES if money or not figure.money),
        *([_open_money(question)] if money else []),
    ]


def _tile(figure: Figure, question: Question, now: Tiles, before: Tiles) -> dict[str, Any]:
    value = figure.value(now)
    return {
        "name": figure.name,
        "definition": figure.definition,
        "shown": figure.shown(value),
        "below": figure.below(now),
        "change": _change(figure, question, value, figure.value(before)),
        "url": calls_url(question.asked, figure.what, costliest=figure.costliest),
        "calls": figure.definition.calls,
    }


def _change(figure: Figure, question: Question, now: Value, before: Value) -> str:
    """Against the time before; of days that are not over, only what it was then."""
    if before is None or (before == 0 and figure.name == "offered"):
        return f"no calls in {question.before_words}"
    if question.is_open:
        return f"{figure.shown(before)} in {question.before_words}"
    told = figure.change(now, before)
    if not told:
        return f"{figure.shown(before)} in {question.before_words}"
    return f"as in {question.before_words}" if told == AS else f"{told} on {question.before_words}"


def _open_money(question: Question) -> dict[str, Any]:
    found = unreconciled(question.asked.first, question.asked.last)
    tile = {"name": "unreconciled", "definition": DEFINITIONS["unreconciled"], "change": "", "calls": "what is open"}
    if found is None:
        return {**tile, "shown": "–", "below": "nothing was compared with the carrier’s books yet", "url": ""}
    things = (
        "nothing open" if not found.things else f"{found.things:,} thing{'s' if found.things > 1 else ''} to look at"
    )
    return {**tile, "shown": whole(found.amount), "below": things, "url": found.url}


def side_by_side(asked: Asked, groups: dict[Any, Tiles], names: dict[Any, str], field: str, *, money: bool) -> Any:
    """The same figures of each group (a version, a flow…), the busiest first; `field` of the question narrows to it."""
    figures = [figure for figure in FIGURES if money or not figure.money]
    return {
        "heads": [figure.definition for figure in figures],
        "rows": [
            {
                "key": key,
                "name": names.get(key) or str(key),
                "cells": [_cell(f, asked, field, key, tiles) for f in figures],
            }
            for key, tiles in sorted(groups.items(), key=lambda item: -item[1].offered)
            if tiles.offered
        ],
    }


def _cell(figure: Figure, asked: Asked, field: str, key: Any, tiles: Tiles) -> dict[str, str]:
    url = calls_url(asked, figure.what, costliest=figure.costliest, **{field: key})
    return {"title": figure.definition.title, "shown": figure.shown(figure.value(tiles)), "url": url}
