"""How many calls stand behind the numbers of a step: as many as the list that each number opens."""

import pytest

from streams.figures import answers
from streams.figures.asked import Asked
from tests.streams.figures.rows import MORNING, counted

pytestmark = pytest.mark.django_db
THAT_DAY = Asked(MORNING.date(), MORNING.date())
AGAIN = {"step": "menu", "exit": "again", "no_inputs": 2, "no_matches": 1}


def test_a_call_that_came_back_counts_once_for_each_number():
    counted(visits=[AGAIN, AGAIN, {"step": "menu", "exit": "1"}])
    counted(visits=[{"step": "menu", "exit": "again"}, {"step": "menu", "exit": "1", "no_matches": 1}])
    counted(visits=[{"step": "menu", "hung_up": True}])
    (menu,) = answers.steps(THAT_DAY)
    assert (menu.no_inputs, menu.silent, menu.no_matches, menu.not_understood) == (4, 1, 3, 2)
    assert (menu.exits, menu.left) == ({"again": 3, "1": 2}, {"again": 2, "1": 2})


def test_each_number_is_that_of_its_list():
    counted(visits=[AGAIN, AGAIN, {"step": "pay", "exit": "done", "no_inputs": 1}])
    counted(visits=[{**AGAIN, "no_inputs": 0}, {"step": "menu", "exit": "1"}])
    for row in answers.steps(THAT_DAY):
        assert row.silent == answers.calls(THAT_DAY, "no_inputs", row.step).count()
        assert row.not_understood == answers.calls(THAT_DAY, "no_matches", row.step).count()
        for exit_, calls in row.left.items():
            assert calls == answers.calls(THAT_DAY, "exits", row.step, exit_).count()


def test_calls_elsewhere_and_of_other_days_are_not_counted():
    counted(visits=[AGAIN, AGAIN], number="+1")
    counted(visits=[AGAIN, AGAIN], number="+2")
    counted(visits=[AGAIN, AGAIN], number="+1", began_at=MORNING.replace(day=24))
    (menu,) = answers.steps(Asked(THAT_DAY.first, THAT_DAY.last, number="+1"))
    assert (menu.silent, menu.not_understood, menu.left) == (1, 1, {"again": 1})
