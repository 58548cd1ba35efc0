"""How long callers wait for agents: the median and the slow end, per engine, from the turns on record."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from streams.models import AgentTurn


@dataclass(frozen=True, slots=True)
class Latency:
    """Of `turns` answers half came within `p50` milliseconds, and 95 of 100 within `p95`."""

    engine: str
    turns: int
    p50: int
    p95: int


def latencies(since: datetime) -> dict[str, Latency]:
    """By engine, of the turns since this moment. Three queries for each engine that spoke."""
    turns = AgentTurn.objects.filter(at__gte=since)
    counted = turns.order_by().values("engine").annotate(n=Count("pk")).values_list("engine", "n")
    return {engine: _of(engine, n, turns.filter(engine=engine)) for engine, n in counted}


def _of(engine: str, n: int, turns: QuerySet[AgentTurn]) -> Latency:
    ordered = turns.order_by("latency_ms").values_list("latency_ms", flat=True)
    return Latency(engine, n, ordered[rank(n, 50)], ordered[rank(n, 95)])


def rank(n: int, percent: int) -> int:
    """The place of a percentile among `n` ordered figures: nearest rank, from 0."""
    return max(0, -(-n * percent // 100) - 1)
