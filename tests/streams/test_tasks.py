"""What Celery is rung for."""

import logging

import pytest

from flows import publications
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


def test_a_publication_that_is_not_over_is_rung_for_again(monkeypatch, django_capture_on_commit_callbacks):
    left = [False, True]
    monkeypatch.setattr(publications, "carry_on", lambda pk: left.pop(0))
    rung = []
    monkeypatch.setattr(tasks.carry_on_publishing, "apply_async", lambda arguments, **how: rung.append(arguments))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.carry_on_publishing(7)
    assert rung == [(7,)]


def test_a_dead_broker_does_not_stop_a_publication(monkeypatch, caplog, django_capture_on_commit_callbacks):
    def dead(arguments, **how):
        raise ConnectionError("secret address")

    monkeypatch.setattr(tasks.carry_on_publishing, "apply_async", dead)
    with caplog.at_level(logging.WARNING), django_capture_on_commit_callbacks(execute=True):
        tasks.ring_publication(7)
    assert "The worker was not rung for carry_on_publishing (7,) (ConnectionError)" in caplog.text
