"""The drawings of a report as places and sizes; the templates draw them as SVG. Each has its table beside it.

Whatever a colour says, a size or a word says too: cells grow with their number, so they read in grey and on paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.formats import date_format

from streams.admin.report_asked import query
from streams.admin.report_calls import WEEKDAYS, calls_url
from streams.admin.report_words import each, whole
from streams.ai.model_summary import MOODS
from streams.figures.asked import AnswerTimes, Asked, Tiles

CELL = 20  # of the heat map, in the drawing's own units
SMALLEST, LARGEST = 4.0, 18.0
LEVELS = 6  # shades
WIDE, HIGH, EDGE = 720.0, 150.0, 8.0  # of a line by day
GOOD_MS = 1700  # callers begin to ask “Hello?” after that
MOST_POINTS = 62  # more points than that cannot be told apart, so the line stands alone


def heat_map(asked: Asked, calls: Mapping[tuple[int, int], int]) -> dict[str, Any]:
    """Calls by weekday and hour: a square grows with its number, and leads to its calls."""
    most = max(calls.values(), default=0)
    days = [
        [_cell(asked, weekday, hour, calls.get((weekday, hour), 0), most) for hour in range(24)] for weekday in range(7)
    ]
    busiest = max(calls, key=lambda at: calls[at], default=None) if most else None
    return {
        "days": list(zip(WEEKDAYS, days, range(7), strict=True)),
        "labels": [(18 + CELL * weekday, WEEKDAYS[weekday][:3]) for weekday in range(7)],
        "hours": [(34 + CELL * hour, f"{hour:02}") for hour in range(0, 24, 3)],
        "all_hours": [f"{hour:02}" for hour in range(24)],
        "total": sum(calls.values()),
        "said": f"Most calls come on {WEEKDAYS[busiest[0]]}s between {busiest[1]:02}:00 and {busiest[1] + 1:02}:00."
        if busiest
        else "",
    }


def _cell(asked: Asked, weekday: int, hour: int, number: int, most: int) -> dict[str, Any]:
    part = number / most if most else 0
    side = SMALLEST + (LARGEST - SMALLEST) * part**0.5 if number else 2.0
    middle_x, middle_y = 44 + CELL * hour, 14 + CELL * weekday
    return {
        "number": number,
        "x": f"{middle_x - side / 2:.1f}",
        "y": f"{middle_y - side / 2:.1f}",
        "side": f"{side:.1f}",
        "level": 1 + int((LEVELS - 1) * part) if number else 0,
        "told": f"{WEEKDAYS[weekday]}, {hour:02}:00 to {hour + 1:02}:00: {number:,} call{'' if number == 1 else 's'}",
        "url": calls_url(asked, "offered", weekday=weekday, hour=hour) if number else "",
    }


def by_day(asked: Asked, days: Mapping[date, Tiles], chosen: tuple[date, date], *, money: bool) -> dict[str, Any]:
    """A line of calls by day, and one of cost; each point leads to the report of its day. `chosen` days are marked."""
    rows = [_day(asked, day, tiles, chosen, money) for day, tiles in sorted(days.items())]
    lines = [_line("calls", "Calls a day", [(row, float(row["calls"]), row["calls_told"]) for row in rows])]
    if money:
        lines.append(_line("cost", "Cost a day", [(row, float(row["tiles"].cost), row["cost"]) for row in rows]))
    return {"rows": rows, "lines": lines, "any": any(row["calls"] for row in rows)}


def _day(asked: Asked, day: date, tiles: Tiles, chosen: tuple[date, date], money: bool) -> dict[str, Any]:
    of_day = replace(asked, first=day, last=day)
    return {
        "day": day,
        "tiles": tiles,
        "calls": tiles.offered,
        "calls_told": f"{tiles.offered:,} call{'' if tiles.offered == 1 else 's'}",
        "cost": whole(tiles.cost) if money else "",
        "each": each(tiles.cost_per_call) if money else "",
        "is_chosen": chosen[0] <= day <= chosen[1],
        "url": f"?{query(of_day)}",
        "calls_url": calls_url(of_day, "offered"),
    }


def _line(name: str, title: str, points: Sequence[tuple[dict[str, Any], float, str]]) -> dict[str, Any]:
    most = max((value for _, value, _ in points), default=0.0)
    step = (WIDE - 2 * EDGE) / max(len(points) - 1, 1)
    drawn = [
        {
            "x": f"{EDGE + step * place:.1f}",
            "y": f"{HIGH - EDGE - (HIGH - 3 * EDGE) * (value / most if most else 0):.1f}",
            "told": f"{date_format(row['day'], 'D j M')}: {shown}",
            "url": row["url"],
            "is_chosen": row["is_chosen"],
        }
        for place, (row, value, shown) in enumerate(points)
    ]
    path = " ".join(f"{point['x']},{point['y']}" for point in drawn)
    highest = max(points, key=lambda point: point[1], default=None)
    return {
        "name": name,
        "title": title,
        "path": path,
        "ground": f"{EDGE},{HIGH - EDGE} {path} {WIDE - EDGE},{HIGH - EDGE}",
        "points": drawn if len(drawn) <= MOST_POINTS else [],
        "marked": _marked(drawn),
        "said": f"Highest on {date_format(highest[0]['day'], 'D j M')}: {highest[2]}." if highest and most else "",
        "first": points[0][0]["day"] if points else None,
        "last": points[-1][0]["day"] if points else None,
        "most": highest[2] if highest and most else "",
    }


def _marked(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The chosen days, where others stand beside them."""
    chosen = [point for point in points if point["is_chosen"]]
    return chosen if len(chosen) < len(points) <= MOST_POINTS else []


def moods(asked: Asked, found: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """How callers felt at first and at the end: nine fields, each a square that grows with its number."""
    known = {pair: number for pair, number in found.items() if set(pair) <= set(MOODS)}
    most, total = max(known.values(), default=0), sum(known.values())
    rank = {mood: place for place, mood in enumerate(reversed(MOODS))}
    better = sum(number for (start, end), number in known.items() if rank[end] > rank[start])
    worse = sum(number for (start, end), number in known.items() if rank[end] < rank[start])
    rows = [
        (start, place, [_mood(asked, start, end, place, column, known, most) for column, end in enumerate(MOODS)])
        for place, start in enumerate(MOODS)
    ]
    return {
        "rows": rows,
        "moods": MOODS,
        "columns": [(130 + 60 * column, mood) for column, mood in enumerate(MOODS)],
        "total": total,
        "said": f"{better:,} of {total:,} calls ended in a better mood than they began, {worse:,} in a worse one.",
    }


def _mood(
    asked: Asked, start: str, end: str, row: int, column: int, known: Mapping[Any, int], most: int
) -> dict[str, Any]:
    number = known.get((start, end), 0)
    side = 8 + 36 * (number / most) ** 0.5 if number else 3.0
    middle_x, middle_y = 130 + 60 * column, 50 + 52 * row
    return {
        "number": number,
        "x": f"{middle_x - side / 2:.1f}",
        "y": f"{middle_y - side / 2:.1f}",
        "text_x": middle_x,
        "text_y": middle_y + 4,
        "is_large": side > 26,
        "side": f"{side:.1f}",
        "look": "same" if start == end else "better" if MOODS.index(end) < MOODS.index(start) else "worse",
        "told": f"{start} at first, {end} at the end: {number:,} call{'' if number == 1 else 's'}",
        "url": calls_url(asked, "offered", mood_start=start, mood_end=end) if number else "",
    }


def waits(found: AnswerTimes) -> dict[str, Any]:
    """How long callers wait for an assistant: three marks on a scale of seconds, and what callers put up with."""
    marks = (("half of them", found.p50), ("90 of 100", found.p90), ("99 of 100", found.p99))
    if not found.answers or not found.p99:
        return {"marks": []}
    longest = max(found.p99, GOOD_MS) * 1.1
    drawn = [_mark(part, waited, longest) for part, waited in marks if waited is not None]
    return {
        "marks": drawn,
        "good": f"good: {GOOD_MS / 1000:.1f} s",
        "good_at": f"{_along(GOOD_MS, longest):.1f}",
        "good_width": f"{_along(GOOD_MS, longest) - _along(0, longest):.1f}",
        "said": f"Of {found.answers:,} answers {', '.join(mark['told'] for mark in drawn)}.",
    }


def _mark(part: str, waited: float, longest: float) -> dict[str, Any]:
    shown = f"{waited / 1000:.1f} s"
    x = _along(waited, longest)
    return {"x": f"{x:.1f}", "part": part, "shown": shown, "told": f"{part} came within {shown}"}


def _along(waited: float, longest: float) -> float:
    return 8 + 384 * waited / longest
