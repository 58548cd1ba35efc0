"""What Celery is rung for."""

import pytest

from streams import tasks
from streams.models import CallStatus
from tests.streams.made import a_call, a_stream
from tests.streams.summing import FakeSummarizer, use

pytestmark = pytest.mark.django_db


def test_finalise_makes_the_record_and_may_be_delivered_twice(monkeypatch):
    use(monkeypatch, FakeSummarizer())
    call = a_call(ended=60)
    a_stream(call, ended=60)
    tasks.finalise(call.pk)
    tasks.finalise(call.pk)
    call.refresh_from_db()
    assert (call.status, call.charges.count()) == (CallStatus.FINISHED, 1)


def test_the_schedule_rings_a_task_that_exists(settings):
    assert settings.CELERY_BEAT_SCHEDULE["sweep"]["task"] == tasks.sweep.name


def test_sweep_runs_every_part(monkeypatch):
    ran = []
    monkeypatch.setattr("streams.sweeper.PARTS", {"one": lambda now: ran.append(1) or 1})
    tasks.sweep()
    assert ran == [1]
