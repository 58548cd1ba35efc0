import sys

from celery.signals import worker_init

from ivrsite import celery


def test_the_threads_of_a_worker_take_short_turns_and_no_other_process_does(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "setswitchinterval", told.append)
    assert sys.getswitchinterval() > celery.TURN_SECONDS
    assert celery.take_short_turns in [receiver() for _, receiver in worker_init.receivers]
    celery.take_short_turns()
    assert told == [celery.TURN_SECONDS]
