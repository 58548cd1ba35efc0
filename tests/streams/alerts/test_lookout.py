"""A web process sees that the worker is away, and tells of it itself."""

import threading
from datetime import timedelta

import pytest
from django.core import mail

from streams.alerts import lookout, looks, watching
from streams.models import Alert, Heartbeat
from tests.streams.alerts.conftest import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def worker(only):
    only("worker")
    watching.beat(looks.WORKER, NOW)


def test_while_the_worker_runs_one_query_is_all(worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not lookout.look(NOW + MINUTE)
    assert lookout.why_away(NOW + MINUTE) == ""


def test_a_worker_that_is_away_is_told_of_by_the_web_process_once(worker):
    for minute in range(3, 20):
        assert lookout.look(NOW + minute * MINUTE)
    alert = Alert.objects.get()
    assert alert.opened_at == NOW + 5 * MINUTE
    assert [sent.subject for sent in mail.outbox] == ["[Callwright] Alert: The worker or its clock does not run"]
    assert "gave no sign since 2026-11-26 12:00 UTC" in lookout.why_away(NOW + 6 * MINUTE)


def test_several_web_processes_tell_once(worker):
    lookout.look(NOW + 6 * MINUTE)
    lookout.look(NOW + 6 * MINUTE)
    assert len(mail.outbox) == Alert.objects.count() == 1


def test_the_worker_that_comes_back_says_so_itself(worker):
    lookout.look(NOW + 6 * MINUTE)
    watching.beat(looks.WORKER, NOW + 7 * MINUTE)
    watching.watch(NOW + 7 * MINUTE)
    assert Alert.objects.get().closed_at
    assert list(Alert.objects.get().notices.values_list("event", flat=True)) == ["opened", "over"]


def test_a_site_whose_worker_never_ran_is_not_told_of_it(only):
    only("worker")
    assert not lookout.look(NOW)
    assert lookout.why_away(NOW) == ""
    assert not Heartbeat.objects.exists()


def test_the_thread_outlives_a_database_that_is_away(monkeypatch):
    looked, ends = [], threading.Event()

    def look(now):
        looked.append(now)
        if len(looked) == 2:
            ends.set()
        raise RuntimeError("the database is away")

    monkeypatch.setattr(lookout, "EVERY", 0.0)
    monkeypatch.setattr(lookout, "_asked_to_end", ends)
    monkeypatch.setattr(lookout, "look", look)
    thread = lookout.begin()
    thread.join(5)
    assert not thread.is_alive()
    assert len(looked) == 2
