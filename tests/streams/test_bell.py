import pytest

from streams import bell, tasks


def test_a_task_is_asked_for_once_and_when_it_is_wanted(monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.call_back, "apply_async", lambda args, **how: asked.append((args, how)))
    bell.ring("call_back", 7, True)
    bell.ring("call_back", 8, after=11)
    assert asked == [
        ((7, True), {"retry": False, "countdown": None}),
        ((8,), {"retry": False, "countdown": 11}),
    ]


def test_a_dead_broker_is_no_error_and_is_told(monkeypatch, caplog):
    monkeypatch.setattr(tasks.finalise, "apply_async", lambda args, **how: 1 / 0)
    bell.ring("finalise", 7)
    assert "The worker was not rung for finalise (7,) (ZeroDivisionError)" in caplog.text


def test_a_task_that_is_not_there_is_a_mistake_of_ours():
    with pytest.raises(AttributeError):
        bell.ring("finalize", 7)
