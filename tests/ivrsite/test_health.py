import json
import os
import time
from datetime import timedelta

import pytest
from django.test import AsyncClient
from django.utils import timezone

from ivrsite import health
from ivrsite.process import THIS
from streams.models import Call, CarrierMessage


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    monkeypatch.setattr(THIS, "draining", False)
    monkeypatch.setattr(THIS, "open_streams", lambda: 0)


async def ask(path="/readyz"):
    answer = await AsyncClient().get(path)
    return answer.status_code, json.loads(answer.content)


async def test_alive_without_a_database():
    # pytest-django would refuse any query here
    assert await ask("/healthz") == (200, {"status": "alive"})


@pytest.mark.django_db(transaction=True)
async def test_ready_when_nothing_is_wrong():
    status, said = await ask()
    assert status == 200
    assert said["status"] == "ready"
    assert set(said["checks"].values()) == {"ok"}


@pytest.mark.django_db(transaction=True)
async def test_a_draining_process_takes_no_calls(monkeypatch):
    monkeypatch.setattr(THIS, "draining", True)
    status, said = await ask()
    assert status == 503
    assert said["status"] == "not ready"
    assert said["checks"]["draining"] == "This process is shutting down and takes no new calls."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("carried", "status"), [(2, 200), (3, 503), (4, 503)])
async def test_a_full_process_takes_no_calls(monkeypatch, settings, carried, status):
    settings.MAX_STREAMS_PER_PROCESS = 3
    monkeypatch.setattr(THIS, "open_streams", lambda: carried)
    answered, said = await ask()
    assert answered == status
    if status == 503:
        assert said["checks"]["streams"] == f"This process carries {carried} streams; its limit is 3."


async def test_a_broken_database_is_a_sentence(monkeypatch):
    def broken():
        raise ConnectionError("password=hunter2")

    monkeypatch.setitem(health.STORED, "database", health.Check(broken))
    status, said = await ask()
    assert status == 503
    assert said["checks"]["database"] == "The database cannot be used (ConnectionError)."


async def test_a_database_that_hangs_is_given_up_on(monkeypatch):
    monkeypatch.setattr(health, "DATABASE_SECONDS", 0.05)
    monkeypatch.setitem(health.STORED, "database", health.Check(lambda: time.sleep(0.3) or ""))
    status, said = await ask()
    assert status == 503
    assert said["checks"]["database"] == "The database did not answer within 0.05 seconds."


@pytest.mark.django_db(transaction=True)
async def test_a_stuck_worker_is_told_but_turns_no_call_away():
    long_ago = timezone.now() - timedelta(minutes=10)
    await Call.objects.acreate(call_uuid="a", began_at=long_ago, ended_at=long_ago, status="ended")
    await CarrierMessage.objects.acreate(dedupe_key="k", kind="hangup")
    await CarrierMessage.objects.aupdate(received_at=long_ago)
    status, said = await ask()
    assert status == 200
    assert said["status"] == "degraded"
    assert said["checks"]["records"] == "1 ended calls have no record yet. Is the worker running?"
    assert said["checks"]["messages"] == "1 carrier messages wait to be applied. Is the worker running?"


@pytest.mark.django_db(transaction=True)
async def test_messages_left_in_the_spool_are_told(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    (tmp_path / "spool").mkdir()
    for name in ("a.json", "b.json"):
        (tmp_path / "spool" / name).touch()
    os.utime(tmp_path / "spool/a.json", (0, 0))
    status, said = await ask()
    assert status == 200
    assert said["checks"]["spool"] == f"1 carrier messages wait in {tmp_path}/spool. Is the worker running?"


@pytest.mark.django_db(transaction=True)
async def test_work_of_a_moment_ago_is_not_late():
    await Call.objects.acreate(call_uuid="a", began_at=timezone.now(), ended_at=timezone.now(), status="ended")
    assert (await ask())[1]["status"] == "ready"


@pytest.mark.django_db(transaction=True)
async def test_a_worker_that_is_away_degrades_the_site_and_turns_no_call_away():
    from streams.models import AlertRule, Heartbeat

    await AlertRule.objects.aget_or_create(key="worker", kind="worker", defaults={"threshold": 5, "clears_at": 2})
    await Heartbeat.objects.acreate(part="worker", at=timezone.now() - timedelta(minutes=6))
    status, said = await ask()
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["worker"].startswith("The worker or its clock gave no sign since")
