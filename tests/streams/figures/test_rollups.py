"""Days that are made anew: counted without a lock, stored in one short transaction, and by one of those who count."""

from datetime import timedelta

import pytest

from streams.figures import checking, rollups
from streams.models import CallFigures, ChangedDay, DayFigures, StepFigures, Tally
from tests.streams.figures.rows import MORNING, counted
from tests.transactions import transactions

pytestmark = pytest.mark.django_db
DAY = MORNING.date()
KEPT = (DayFigures, StepFigures, Tally)


def wrong():
    """What is stored of the day and is not what its calls, who have no logs here, add up to."""
    return [found for found in checking.check([DAY]) if not found.calls]


@pytest.fixture
def days():
    """Three days, counted, of which each has changed once more."""
    for back in range(3):
        for step in ("menu", "desk"):
            began = MORNING - timedelta(days=back)
            counted(began_at=began, visits=[{"step": step, "seconds": 3.0, "cost": 0}], answers=[400])
    rollups.roll_up()
    assert wrong() == []
    found = [DAY - timedelta(days=back) for back in range(3)]
    rollups.changed(found)
    return found


def test_each_day_is_a_transaction_of_its_own(days):
    CallFigures.objects.update(cost=1)
    with transactions() as held:
        assert rollups.roll_up() == 3
    touched = [written for written in held if written["streams_changedday"]]
    assert [written["streams_changedday"] for written in touched] == [1, 1, 1]
    assert all(written["streams_dayfigures"] == 2 for written in touched), "a row goes, and a row comes"


def test_what_has_not_changed_is_not_written(days):
    with transactions() as held:
        rollups.roll_up()
    assert {table for written in held for table in +written} == {"streams_changedday"}


def test_only_rows_that_differ_are_written(days):
    counted(visits=[{"step": "other", "seconds": 1.0, "cost": 0}])
    with transactions() as held:
        rollups.roll_up(1)
    (written,) = [written for written in held if written["streams_changedday"]]
    assert written["streams_stepfigures"] == 1
    assert wrong() == []


def test_who_counted_before_somebody_else_stored_the_day_stores_nothing(days, monkeypatch):
    """The other one has seen a later change: what was counted before it would undo it, and nobody would look again."""
    counting = rollups.made

    def slowly(day):
        found = counting(day)
        monkeypatch.setattr(rollups, "made", counting)
        counted(began_at=MORNING)
        rollups.roll_up(1)
        return found

    monkeypatch.setattr(rollups, "made", slowly)
    rollups.roll_up(1)
    assert not ChangedDay.objects.filter(day=DAY).exists()
    assert wrong() == []


def test_a_worker_that_dies_between_rows_leaves_the_day_as_it_was(days, monkeypatch):
    before = {kept: list(kept.objects.order_by("pk").values()) for kept in KEPT}
    CallFigures.objects.update(cost=1)
    monkeypatch.setattr(rollups.clearing, "keep", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rollups.roll_up()
    assert {kept: list(kept.objects.order_by("pk").values()) for kept in KEPT} == before
    assert ChangedDay.objects.count() == 3
