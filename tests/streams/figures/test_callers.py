"""How many calls stand behind the numbers of a step: as many as the list that each number opens."""

import pytest

from streams.figures import answers
from streams.figures.asked import Asked
from streams.figures.callers import Callers, callers
from tests.streams.figures.rows import MORNING, counted

pytestmark = pytest.mark.django_db
THAT_DAY = Asked(MORNING.date(), MORNING.date())
AGAIN = {"step": "menu", "exit": "again", "no_inputs": 2, "no_matches": 1}


def test_a_call_that_came_back_counts_once_for_each_number():
    counted(visits=[AGAIN, AGAIN, {"step": "menu", "exit": "1"}])
    counted(visits=[{"step": "menu", "exit": "again"}, {"step": "menu", "exit": "1", "no_matches": 1}])
    counted(visits=[{"step": "menu", "hung_up": True}])
    rows = answers.steps(THAT_DAY)
    assert (rows[0].no_inputs, rows[0].exits["again"]) == (4, 3)
    assert callers(THAT_DAY, rows) == {"menu": Callers(no_inputs=1, no_matches=2, exits={"again": 2, "1": 2})}


def test_each_number_is_that_of_its_list():
    counted(visits=[AGAIN, AGAIN, {"step": "pay", "exit": "done", "no_inputs": 1}])
    counted(visits=[{**AGAIN, "no_inputs": 0}, {"step": "menu", "exit": "1"}])
    found = callers(THAT_DAY, answers.steps(THAT_DAY))
    for step, at in found.items():
        for what in ("no_inputs", "no_matches"):
            assert getattr(at, what) == answers.calls(THAT_DAY, what, step).count()
        for exit_, calls in at.exits.items():
            assert calls == answers.calls(THAT_DAY, "exits", step, exit_).count()


def test_calls_elsewhere_and_of_other_days_are_not_counted():
    counted(visits=[AGAIN, AGAIN], number="+1")
    counted(visits=[AGAIN, AGAIN], number="+2")
    counted(visits=[AGAIN, AGAIN], number="+1", began_at=MORNING.replace(day=24))
    asked = Asked(THAT_DAY.first, THAT_DAY.last, number="+1")
    assert callers(asked, answers.steps(asked))["menu"] == Callers(1, 1, {"again": 1})


def test_it_asks_only_where_times_and_calls_may_differ(django_assert_num_queries):
    counted(visits=[{"step": "menu", "exit": "1"}, {"step": "pay", "exit": "done"}])
    rows = answers.steps(THAT_DAY)
    with django_assert_num_queries(0):
        assert callers(THAT_DAY, rows)["pay"] == Callers(exits={"done": 1})
