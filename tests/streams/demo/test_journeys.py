"""The ways of the demo company's callers fit the flow that they go through."""

from itertools import pairwise

import pytest

from flows.demo import CHOICES, DESTINATIONS, EXITS, STEPS
from streams.demo.journeys import JOURNEYS, log_of


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda way: "-".join(stay.step for stay in way.stays))
def test_each_way_goes_where_its_exits_lead(journey):
    for stay, then in pairwise(journey.stays):
        chosen = {key: there for key, _, _, there in CHOICES.get(stay.step, [])}
        assert (chosen | EXITS.get(stay.step, {}))[stay.exit] == then.step
    assert journey.stays[0].step == "greeting"
    assert journey.stays[-1].exit == ""
    assert journey.hung_up + bool(journey.away) + (journey.stays[-1].step == "goodbye") == 1


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda way: "-".join(stay.step for stay in way.stays))
def test_a_log_names_what_there_is_and_lasts_as_long_as_its_way(journey):
    lines = sorted(log_of(journey), key=lambda line: line[0])
    assert {step for _, _, step, _ in lines if step} <= set(STEPS)
    assert {data["destination"] for _, kind, _, data in lines if kind == "transfer"} <= set(DESTINATIONS)
    assert lines[-1][0] <= journey.seconds + journey.away + 12
    assert [step for _, kind, step, _ in lines if kind == "entered"] == [stay.step for stay in journey.stays]
