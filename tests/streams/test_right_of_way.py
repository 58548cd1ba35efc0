"""Calls write first: whoever else wants SQLite's lock waits until no call wants it, but not for ever."""

import asyncio
import fcntl
import os
import threading

import pytest
from django.db import connection, transaction

from streams import right_of_way
from streams.event_log import EventWriter
from streams.models import CarrierMessage, Heartbeat
from streams.off_loop import query
from streams.right_of_way import is_of_a_call, of_a_call
from streams.webhooks.request import webhook

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases let each row have its lock"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def flag():
    """What calls hold up; each look at it that found it up is counted."""
    handle = os.open(f"{connection.settings_dict['NAME']}-calls", os.O_RDWR | os.O_CREAT)
    yield handle
    os.close(handle)


@pytest.fixture
def looks(flag, monkeypatch):
    """The looks of somebody who waits; at the third the flag goes down."""
    found = []

    def look(seconds):
        found.append(seconds)
        if len(found) == 3:
            fcntl.flock(flag, fcntl.LOCK_UN)

    monkeypatch.setattr(right_of_way.time, "sleep", look)
    return found


def is_up(flag):
    try:
        fcntl.flock(flag, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(flag, fcntl.LOCK_UN)
    return False


def in_a_transaction():
    with transaction.atomic():
        Heartbeat.objects.update(at=None)


def at_once():
    Heartbeat.objects.update(at=None)


@pytest.mark.parametrize("write", [in_a_transaction, at_once])
def test_others_wait_until_no_call_wants_to_write(flag, looks, write):
    fcntl.flock(flag, fcntl.LOCK_SH)
    write()
    assert len(looks) == 3


def test_a_call_does_not_wait_for_other_calls(flag, looks):
    fcntl.flock(flag, fcntl.LOCK_SH)
    with of_a_call():
        in_a_transaction()
    assert looks == []


def test_others_do_not_wait_for_ever(flag, looks, monkeypatch):
    monkeypatch.setattr(right_of_way, "PATIENCE_SECONDS", 0.0)
    fcntl.flock(flag, fcntl.LOCK_SH)
    in_a_transaction()
    assert looks == []


def test_who_reads_and_who_has_the_lock_looks_at_nothing(flag, looks):
    with transaction.atomic():
        fcntl.flock(flag, fcntl.LOCK_SH)
        Heartbeat.objects.update(at=None)
    assert list(Heartbeat.objects.filter(part="nobody")) == []
    assert looks == []


@pytest.mark.parametrize("write", [in_a_transaction, at_once])
def test_the_flag_is_up_while_a_call_waits_for_the_lock_and_down_when_it_has_it(flag, write):
    seen = []

    def watch(execute, sql, *more):
        seen.append((sql.split()[0], is_up(flag)))
        return execute(sql, *more)

    with connection.execute_wrapper(watch), of_a_call():
        write()
    first, *later = seen
    assert first == ("BEGIN" if write is in_a_transaction else "UPDATE", True)
    assert [up for _, up in later] == [False] * len(later)
    assert not is_up(flag)


def test_what_a_call_does_is_a_calls_and_nothing_else(rf, monkeypatch):
    found = []
    monkeypatch.setattr("streams.webhooks.request.verified_fields", lambda request, keeps: {})
    webhook(lambda fields: found.append(is_of_a_call()))(rf.post("/"))
    assert asyncio.run(query(is_of_a_call))
    writer, done = EventWriter(), threading.Event()
    writer.then(lambda: (found.append(is_of_a_call()), done.set()))
    assert done.wait(5.0)
    assert found == [True, True]
    assert not is_of_a_call()


def test_a_call_waits_for_the_lock_for_less_time_than_is_waited_for_it():
    def wait_of_a_query():
        CarrierMessage.objects.exists()
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA busy_timeout").fetchone()[0]

    assert asyncio.run(query(wait_of_a_query)) == right_of_way.CALL_BUSY_SECONDS * 1000
