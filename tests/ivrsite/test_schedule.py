"""What comes by itself."""

from celery import current_app

from ivrsite.schedule import schedule
from streams import tasks


def test_every_task_that_beat_rings_for_exists():
    assert tasks.sweep.name in current_app.tasks
    for name, entry in schedule(30.0).items():
        assert entry["task"] in current_app.tasks, name


def test_the_sweep_comes_as_often_as_was_asked_for():
    assert schedule(7.5)["sweep"]["schedule"] == 7.5
