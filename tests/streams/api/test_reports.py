"""Reports over the API say what the answers say."""

from datetime import date

import pytest

from streams.figures import answers
from streams.figures.asked import Asked

pytestmark = pytest.mark.django_db
THAT_DAY = {"from_": "2090-11-22", "to": "2090-11-22"}
ASKED = Asked(date(2090, 11, 22), date(2090, 11, 22))


def test_tiles_are_those_of_the_page(program, counted):
    counted()
    counted()
    told = program("reports", "charges").get("/reports/tiles", **THAT_DAY).json()
    tiles = answers.tiles(ASKED)
    assert (told["offered"], told["transferred"]) == (tiles.offered, tiles.transferred) == (2, 2)
    assert (told["cost"], told["cost_per_call"]) == (f"{tiles.cost:.6f}", f"{tiles.cost_per_call:.6f}")
    assert (told["from"], told["to"], told["cost_per_contained"]) == ("2090-11-22", "2090-11-22", None)


def test_costs_need_the_scope_for_charges(program, counted):
    counted()
    told = program("reports").get("/reports/tiles", **THAT_DAY).json()
    assert (told["offered"], told["cost"], told["cost_per_call"]) == (1, None, None)
    (first, *_) = program("reports").get("/reports/steps", **THAT_DAY).json()["rows"]
    assert first["cost"] is None


def test_steps_and_hours_are_those_of_the_page(program, counted):
    counted()
    steps = program("reports").get("/reports/steps", **THAT_DAY).json()["rows"]
    assert {row["step"]: row["visits"] for row in steps} == {row.step: row.visits for row in answers.steps(ASKED)}
    hours = program("reports").get("/reports/when", **THAT_DAY).json()["rows"]
    assert hours == [{"weekday": date(2090, 11, 22).weekday(), "hour": 12, "calls": 1}]
