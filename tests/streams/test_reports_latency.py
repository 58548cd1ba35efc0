from datetime import timedelta

import pytest

from streams.models import AgentTurn
from streams.reports.latency import latencies, rank
from tests.streams.made import NOON, a_call


@pytest.mark.parametrize(
    ("n", "percent", "place"), [(1, 50, 0), (1, 95, 0), (2, 50, 0), (20, 95, 18), (100, 95, 94), (100, 50, 49)]
)
def test_a_percentile_is_one_of_the_figures(n, percent, place):
    assert rank(n, percent) == place


@pytest.mark.django_db
def test_each_engine_has_its_own_median_and_slow_end():
    call = a_call()
    AgentTurn.objects.bulk_create(
        AgentTurn(call=call, place=place, engine="fast" if place < 100 else "slow", at=NOON, latency_ms=place + 1)
        for place in range(110)
    )
    old = NOON - timedelta(days=30)
    AgentTurn.objects.create(call=call, place=500, engine="fast", at=old, latency_ms=99_999)
    found = latencies(NOON - timedelta(days=7))
    assert (found["fast"].turns, found["fast"].p50, found["fast"].p95) == (100, 50, 95)
    assert (found["slow"].turns, found["slow"].p50, found["slow"].p95) == (10, 105, 110)
