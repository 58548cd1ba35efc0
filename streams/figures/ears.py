"""Which calls somebody should listen to, and why, in words. Pure: the table is at the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from streams.figures.spread import percentile, rough
from streams.figures.told import Told
from streams.models.calls import OutcomeKind
from streams.reports.mishaps import JOBS, SOME_JOB

FLOOR = Decimal("0.05")  # dollars; whatever its flow's calls cost, a cheaper one is no cause for alarm
ENOUGH = 100  # calls of a flow, or nobody knows what its dearest one in a hundred costs
MOODS = {"negative": 0, "neutral": 1, "mixed": 1, "positive": 2}


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as the rules see it. `dear`: what 99 of 100 calls of its flow do not exceed, where that is known."""

    told: Told
    cost: Decimal
    dear: Decimal | None = None
    mood_start: str = ""
    mood_end: str = ""
    cues: tuple[str, ...] = ()  # those that raise an alert


def reasons(heard: Heard) -> list[str]:
    """Why somebody should listen to it; empty for most calls."""
    return [said for rule in RULES if (said := rule(heard))]


def dear(costs: Mapping[int, int], units: int) -> Decimal | None:
    """What 99 of 100 calls did not exceed, of costs as they are tallied in so many units to a dollar."""
    if sum(costs.values()) < ENOUGH:
        return None
    return Decimal(int(percentile(costs, 99) or 0)) / units


def _something_failed(heard: Heard) -> str:
    kinds = {line.kind for line in heard.told.log}
    if heard.told.ending == OutcomeKind.FAULT or kinds & {"error", "apology"}:
        return "Something failed, and the call with it."
    return ""


def _an_engine_failed(heard: Heard) -> str:
    failed = (str(line.data.get("ability", "")) for line in heard.told.log if line.kind == "engine_failed")
    jobs = dict.fromkeys(JOBS.get(ability, SOME_JOB) for ability in failed)
    return "; ".join(jobs) + "." if jobs else ""


def _a_limit_was_reached(heard: Heard) -> str:
    by_limit = any(line.kind == "left" and line.data.get("outcome") == "limit" for line in heard.told.log)
    if heard.told.ending == OutcomeKind.LIMIT or by_limit or any(line.kind == "budget" for line in heard.told.log):
        return "A limit was reached."
    return ""


def _left_unhappy(heard: Heard) -> str:
    return "The caller was unhappy at the end." if heard.mood_end == "negative" else ""


def _mood_fell(heard: Heard) -> str:
    start, end = MOODS.get(heard.mood_start), MOODS.get(heard.mood_end)
    fell = start is not None and end is not None and end < start
    return f"The caller’s mood fell from {heard.mood_start} to {heard.mood_end}." if fell else ""


def _was_silent(heard: Heard) -> str:
    return "Nothing was heard from the caller." if heard.told.silent else ""


def _was_dear(heard: Heard) -> str:
    is_dear = heard.dear is not None and heard.cost > FLOOR and rough_cost(heard.cost) > heard.dear
    return "It cost more than 99 of 100 calls of its flow." if is_dear else ""


def rough_cost(cost: Decimal, units: int = 100_000) -> Decimal:
    """A cost to the two figures in which others are tallied."""
    return Decimal(rough(float(cost * units))) / units


def _said_a_cue(heard: Heard) -> str:
    return f"Said: {', '.join(heard.cues)}." if heard.cues else ""


Rule = Callable[[Heard], str]
RULES: tuple[Rule, ...] = (
    _something_failed,
    _an_engine_failed,
    _a_limit_was_reached,
    _said_a_cue,
    _left_unhappy,
    _mood_fell,
    _was_silent,
    _was_dear,
)
